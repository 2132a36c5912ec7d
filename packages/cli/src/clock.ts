import { Problem } from '@timelab/core';
import type { World } from './world.ts';

/** Refuses a clock that is set to no instant; throws `usage`. Instants are UTC, years 0001 to 9999. */
export function requireClock({ env, clockSet }: World): void {
  const text = env['TIMELAB_NOW'] ?? '';
  const complete = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text);
  if (!clockSet || (complete && !Number.isNaN(Date.parse(text)))) return;
  throw new Problem('usage', `TIMELAB_NOW is ${JSON.stringify(text)}, which is no instant.`, {
    hint: 'Write it in UTC, such as 2025-10-15T10:23:00.000Z, or unset it.',
  });
}
