import { fileURLToPath } from 'node:url';

/** The top of this repository, also for a bundle of this that lies elsewhere. */
export const root = process.env['TIMELAB_FUZZ_ROOT'] ?? fileURLToPath(new URL('../..', import.meta.url));
