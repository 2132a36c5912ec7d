import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem, type Runner } from '@timelab/core';
import { identifySelf, isGone } from '@timelab/store';
import type { Context } from '../../command.ts';
import { type ClonePlace, cacheProblem, clearLeftovers } from './clone-place.ts';

const pauseMs = 50;

/**
 * Does work on a clone while no other process of this host does; waits its turn. A lock whose process is gone counts
 * for nothing, and what that process, or a git of ours that failed, left unfinished is cleared away. (Processes of
 * other hosts that share the cache are kept apart by git's own locks.)
 */
export async function withClone<T>(context: Context, place: ClonePlace, work: () => Promise<T>): Promise<T> {
  const self = identifySelf();
  const lock = join(place.folder, `${place.name}.${self.host}.lock`);
  const broken = await take(context, lock, self);
  try {
    if (broken) await clearLeftovers(place);
    return await work();
  } catch (error) {
    await clearLeftovers(place);
    throw error;
  } finally {
    await rm(lock, { force: true });
  }
}

/** Waits for a lock and takes it; says whether it had to be taken from a process that is gone. */
async function take({ world, report }: Context, lock: string, self: Runner): Promise<boolean> {
  // Linked into place when it is written: a lock never stands there without its owner.
  const own = `${lock}-${randomBytes(6).toString('hex')}`;
  await writeFile(own, JSON.stringify(self)).catch((error) => {
    throw cacheProblem(dirname(lock), error);
  });
  let broken = false;
  try {
    while (!(await linked(own, lock))) {
      if (world.signal.aborted)
        throw new Problem(
          'interrupted',
          `${String(world.signal.reason)} ended the wait for another timelab.`,
        );
      const owner = await ownerOf(lock);
      if (owner !== undefined && isGone(owner, self)) broken = (await breakLock(lock, self)) || broken;
      else report.progress(`waiting for process ${owner?.pid ?? ''}, which fetches the same`);
      await wait(pauseMs, undefined, { signal: world.signal }).catch(() => {});
    }
    return broken;
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerOf(lock: string): Promise<Runner | undefined> {
  try {
    return JSON.parse(await readFile(lock, 'utf8'));
  } catch {
    // It was given back just now.
    return undefined;
  }
}

/** Takes a dead lock away and says so; one that has become another's in the meantime is put back. */
async function breakLock(lock: string, self: Runner): Promise<boolean> {
  const aside = `${lock}-${randomBytes(6).toString('hex')}`;
  try {
    await rename(lock, aside);
  } catch {
    return false;
  }
  const owner = await ownerOf(aside);
  const alive = owner !== undefined && !isGone(owner, self);
  if (alive) await linked(aside, lock);
  await rm(aside, { force: true });
  return !alive;
}
