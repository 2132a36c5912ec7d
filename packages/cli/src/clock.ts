import { isInstant, Problem } from '@timelab/core';
import type { World } from './world.ts';

/** Refuses a clock that TIMELAB_NOW sets to no instant; throws `usage`. */
export function requireClock({ env, clockSet }: World): void {
  const text = env['TIMELAB_NOW'] ?? '';
  if (!clockSet || isInstant(text)) return;
  throw new Problem('usage', `TIMELAB_NOW is ${JSON.stringify(text)}, which is no instant of a lab.`, {
    hint: 'Write it in UTC, such as 2025-10-15T10:23:00.000Z, or unset it.',
  });
}
