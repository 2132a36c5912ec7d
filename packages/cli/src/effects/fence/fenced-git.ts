import { Problem } from '@timelab/core';
import type { World } from '../../world.ts';
import { findProgram, noGit } from '../find-program.ts';
import { openFence } from './fence.ts';
import { gitPlaces, repositoryPlaces } from './repository-places.ts';

/** The words that start a program. */
export type Started = readonly [program: string, args: readonly string[]];

/**
 * The words by which a git looks something up in a repository that nobody vouches for, behind the fence that helper
 * programs run behind: it has no network, and sees nothing but that repository, nor changes
 * anything but what is named for it. Throws `isolation_missing`.
 */
export async function fencedGit(
  world: World,
  gitDir: string,
  args: readonly string[],
  writes: readonly string[] = [],
): Promise<Started> {
  const git = findProgram(world.env, 'git');
  if (git === undefined) throw noGit();
  const fence = await openFence(world);
  const reads = [...repositoryPlaces(gitDir), ...gitPlaces(world.env)];
  return fence.around({ program: git, args, reads, writes });
}

/** Throws where it was not git that failed but the fence, whose words would be taken for git's. */
export function refuseBrokenFence(code: number | null, stderr: string): void {
  const words = /^(?:bwrap|unshare): (.*)/.exec(stderr)?.[1];
  if (code === 0 || words === undefined) return;
  throw new Problem('isolation_missing', `Git could not be started behind its fence: ${words}`);
}
