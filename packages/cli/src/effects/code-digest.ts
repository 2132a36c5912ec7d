import { sha256 } from '@timelab/core';
import type { gitIn } from './git.ts';

// What lies at the top of a lab and is no code: the years, the index, the link to the newest day, the recordings; flake.lock has a
// digest of its own.
const noCode = /\t(\d{4}|runs\.csv|latest|flake\.lock|ai-recordings)$/;

/**
 * The sha256 of the top of a tree as `git ls-tree -z` lists it, without the days: equal for equal code, however many
 * records were committed meanwhile. Undefined where git cannot list it.
 */
export async function codeDigest(git: ReturnType<typeof gitIn>, tree: string): Promise<string | undefined> {
  const listed = await git('ls-tree', '-z', tree);
  if (listed.code !== 0) return undefined;
  const entries = listed.stdout
    .toString('latin1')
    .split('\0')
    .filter((entry) => !noCode.test(entry));
  return sha256(Buffer.from(entries.join('\0'), 'latin1'));
}
