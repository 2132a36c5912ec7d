import { lstat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Problem } from '@timelab/core';
import { unless } from './disk-problem.ts';

/** Refuses a folder below a root that is a link, or is reached over one, and so could lie elsewhere; throws `path_escapes`. */
export async function refuseLinks(root: string, folder: string): Promise<void> {
  let place = root;
  for (const name of relative(root, folder).split(sep)) {
    place = join(place, name);
    const stats = await unless(['ENOENT', 'ENOTDIR'], lstat(place));
    if (stats?.isSymbolicLink()) {
      throw new Problem('path_escapes', `${relative(root, place)} is a link, which could lead anywhere.`, {
        hint: 'Put a folder in its place.',
      });
    }
  }
}
