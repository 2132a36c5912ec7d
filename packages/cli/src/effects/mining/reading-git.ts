import type { World } from '../../world.ts';
import { fencedGit } from '../fence/fenced-git.ts';
import type { GitCall } from './git-process.ts';
import { gitWords, readingEnvironment } from './git-surroundings.ts';

/** A git that works on the cache of clones and reaches no server: what it is told, behind a fence that lets it change that clone alone. */
export async function readingCall(
  world: World,
  gitDir: string,
  args: readonly string[],
  input: NonNullable<GitCall['input']> = [],
): Promise<GitCall> {
  const words = [...gitWords(gitDir), ...args];
  const fenced = await fencedGit(world, gitDir, words, [gitDir]);
  return { args: words, fenced, env: readingEnvironment(world), input, signal: world.signal };
}
