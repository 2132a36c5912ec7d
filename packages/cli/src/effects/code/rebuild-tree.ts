import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { World } from '../../world.ts';
import { temporaryFolder } from '../folders.ts';
import type { Finished } from '../spawn.ts';
import { gitIn } from './git.ts';

/** A git that the lab's own is called by. */
export type Git = (...args: string[]) => Promise<Finished>;

/** The tree that a commit and a patch make together, or the step that failed and what git said of it. */
export type Rebuilt =
  | { readonly tree: string }
  | { readonly failed: 'commit' | 'patch'; readonly words: string };

/** Applies a patch to a commit in the index of a git; files in a work tree are not looked at. */
export async function applyToIndex(git: Git, commit: string, patch: string | undefined): Promise<Rebuilt> {
  const read = await git('read-tree', commit);
  if (read.code !== 0) return { failed: 'commit', words: lastLine(read.stderr) };
  if (patch !== undefined) {
    // What people set for `git apply` would change bytes.
    const settings = ['-c', 'apply.whitespace=nowarn', '-c', 'apply.ignoreWhitespace=no'];
    const applied = await git(...settings, 'apply', '--cached', '--whitespace=nowarn', patch);
    if (applied.code !== 0) return { failed: 'patch', words: lastLine(applied.stderr) };
  }
  const written = await git('write-tree');
  return written.code === 0
    ? { tree: written.stdout.toString('utf8').trim() }
    : { failed: 'patch', words: lastLine(written.stderr) };
}

/**
 * The tree that a commit of a repository and a patch make together, put together in an index and an object folder of
 * its own, which are gone after: the repository stays as it is. `use` may look at that tree meanwhile.
 */
export async function rebuildTree<T>(
  world: World,
  root: string,
  commit: string,
  patch: string | undefined,
  use: (rebuilt: Rebuilt, git: Git) => Promise<T>,
): Promise<T> {
  const scratch = await mkdtemp(join(temporaryFolder(world), 'timelab-tree-'));
  try {
    const where = await gitIn(world, root)('rev-parse', '--git-path', 'objects', '--show-toplevel');
    const [objects = '', top = ''] = where.stdout.toString('utf8').split('\n');
    await mkdir(join(scratch, 'objects'));
    // From the top: below it git leaves out what a patch says of files elsewhere.
    const git = gitIn(world, top || root, {
      GIT_INDEX_FILE: join(scratch, 'index'),
      GIT_OBJECT_DIRECTORY: join(scratch, 'objects'),
      // Quoted, because a colon in a bare path would end it.
      GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(resolve(root, objects)),
    });
    return await use(await applyToIndex(git, commit, patch), git);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function lastLine(words: string): string {
  return words.trim().split('\n').at(-1) ?? '';
}
