import { sha256 } from '@timelab/core';
import type { gitIn } from './git.ts';

// What lies at the top of a lab and is no code, by name: the index, the link to the newest day, the recordings; flake.lock is
// a part of the environment, with a digest of its own.
const noCode = ['runs.csv', 'latest', 'ai-recordings', 'flake.lock'];
const isYear = /^\d{4}$/;

/** The code of a lab for git, which is asked in the lab: pathspecs (gitglossary(7)) of what `codeDigest` looks at. */
export const codeOnly: readonly string[] = [
  '.',
  ':(exclude,glob)[0-9][0-9][0-9][0-9]/**',
  ...noCode.map((path) => `:(exclude,literal)${path}`),
];

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
    .filter((entry) => isCode(entry.slice(entry.indexOf('\t') + 1)));
  return sha256(Buffer.from(entries.join('\0'), 'latin1'));
}

const isCode = (name: string) => !isYear.test(name) && !noCode.includes(name);
