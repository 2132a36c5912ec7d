import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../world.ts';

/** What timelab keeps of a user, by the variable that says where, and where it lies without one, below the home folder. */
const usual = {
  XDG_CACHE_HOME: '.cache',
  XDG_DATA_HOME: '.local/share',
  XDG_STATE_HOME: '.local/state',
} as const;

/** Timelab's own folder below one of a user's (XDG Base Directory Specification, which has relative paths ignored). */
export function userFolder({ env, home }: World, variable: keyof typeof usual): string {
  const chosen = env[variable] ?? '';
  return join(chosen.startsWith('/') ? chosen : join(home, usual[variable]), 'timelab');
}

/** The folder in which temporary files are made: TMPDIR, or else the system's. */
export function temporaryFolder({ env }: World): string {
  return env['TMPDIR'] || tmpdir();
}
