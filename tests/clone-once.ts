import process from 'node:process';
import { openClone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { smallWorld } from './small-world.ts';

/** A program that opens one clone: `clone-once.ts HOME URL`. */
const [home = '', url = ''] = process.argv.slice(2);
await openClone(smallWorld(home).context, url, { mode: 'diff-only', limit: 1, allowNet: true });
