import { Problem } from '@timelab/core';
import type { World } from '../../world.ts';
import { borrowObjects } from './borrow-objects.ts';
import type { LocalRepository } from './find-repository.ts';
import { safeGit } from './safe-git.ts';

/** The most that is read of one patch, in bytes: more than any model's context holds. */
const patchLimit = 256 * 1024;

/** The beginning of git's text of the patch of a commit; a shallow clone's last commits have none. */
export async function readPatch(world: World, repository: LocalRepository, id: string): Promise<Buffer> {
  if (repository.shallow.includes(id)) return Buffer.alloc(0);
  return await borrowObjects(world, repository, async (gitDir) => {
    // As rust_extractor asks for it, so that its record tells how long the whole is.
    const args = [
      ...['diff-tree', '--root', '-r', '-p', '-M', '-l1000', '--full-index', '--no-commit-id'],
      ...['--no-ext-diff', '--no-textconv', '--no-color', '--diff-merges=first-parent'],
    ];
    const { code, stdout, stderr } = await safeGit(world, gitDir)([...args, '--end-of-options', id], {
      atMost: patchLimit,
    });
    if (code === 0 || stdout.length >= patchLimit) return stdout;
    throw new Problem('repository_invalid', `The patch of ${id} cannot be read: ${stderr.trim()}.`);
  });
}
