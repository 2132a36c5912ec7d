import { readlink, rename, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { naming, unless } from './disk-problem.ts';
import { syncFolder } from './durable-file.ts';
import { temporaryName } from './temporary.ts';

/** Where a symbolic link points, or undefined where there is none. */
export async function linkTarget(path: string): Promise<string | undefined> {
  // EINVAL: something is there that is not a link.
  return unless(['ENOENT', 'EINVAL', 'ENOTDIR'], readlink(path));
}

/**
 * Points a link at a target, atomically and durably. Says whether it moved: not if it pointed there already,
 * nor if a file or folder that somebody made stands in its place, which is left alone.
 */
export async function pointLink(path: string, target: string): Promise<boolean> {
  const current = await unless(['ENOENT'], readlink(path).catch(keepForeign));
  if (current === target || current === null) return false;
  await moveLink(path, target);
  await syncFolder(dirname(path));
  return true;
}

/** Points a link at a target, atomically, whatever it pointed at; durable only after `syncFolder` of its folder. */
export async function moveLink(path: string, target: string): Promise<void> {
  const temporary = join(dirname(path), temporaryName());
  await naming(path, async () => {
    await symlink(target, temporary);
    try {
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  });
}

function keepForeign(error: NodeJS.ErrnoException): null {
  if (error.code === 'EINVAL') return null;
  throw error;
}
