import { setImmediate } from 'node:timers/promises';
import { Problem } from '@timelab/core';
import type { World } from '../world.ts';

/** How long work may keep everything else waiting, in milliseconds: a signal is noticed only in between. */
const TURN = 50;

/**
 * Gives long work without waits of its own a place to take breath: most calls do nothing; now and then one lets
 * signals be noticed, and throws `interrupted` after one.
 */
export function breath(world: World): () => Promise<void> | undefined {
  let last = world.elapsed();
  return () => {
    if (world.elapsed() - last < TURN) return undefined;
    return setImmediate().then(() => {
      last = world.elapsed();
      if (world.signal.aborted)
        throw new Problem('interrupted', `${String(world.signal.reason)} ended the command.`, {
          hint: 'Nothing was changed; call it again.',
        });
    });
  };
}
