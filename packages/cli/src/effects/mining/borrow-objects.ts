import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '@timelab/core';
import { explained, unless } from '@timelab/store';
import type { World } from '../../world.ts';
import { temporaryFolder } from '../folders.ts';
import type { LocalRepository } from './find-repository.ts';

/**
 * Does work in a git directory of our own that has the objects of a repository and nothing else of it: no
 * configuration, no refs, no replacements, no grafts. It is gone afterwards.
 */
export async function borrowObjects<T>(
  world: World,
  repository: LocalRepository,
  work: (gitDir: string) => Promise<T>,
): Promise<T> {
  const root = temporaryFolder(world);
  const gitDir = await explained({ root }, () => makeIn(root));
  try {
    await explained({ root }, () => layOut(gitDir, repository));
    return await work(gitDir);
  } finally {
    // What cannot be taken away again is no failure of the work.
    await rm(gitDir, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function makeIn(root: string): Promise<string> {
  const made = await unless(['ENOENT', 'ENOTDIR'], mkdtemp(join(root, 'timelab-git-')));
  if (made !== undefined) return made;
  throw new Problem('disk_error', 'TMPDIR is no folder to work in.');
}

async function layOut(gitDir: string, { objects, shallow, objectFormat }: LocalRepository): Promise<void> {
  const extension = objectFormat === 'sha256' ? '[extensions]\n\tobjectFormat = sha256\n' : '';
  // Not by a recursive mkdir, which hides what the system says.
  for (const folder of ['refs', 'objects', 'objects/info']) await mkdir(join(gitDir, folder));
  await Promise.all([
    writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n'),
    writeFile(join(gitDir, 'config'), `[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n${extension}`),
    writeFile(join(gitDir, 'objects/info/alternates'), `${quoted(objects)}\n`),
    ...(shallow.length === 0 ? [] : [writeFile(join(gitDir, 'shallow'), `${shallow.join('\n')}\n`)]),
  ]);
}

/** A path as a line of `objects/info/alternates`, in git's C style, so that any character may be in it. */
function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
