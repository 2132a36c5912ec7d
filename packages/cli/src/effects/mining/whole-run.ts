import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '@timelab/core';
import { digestFile, readFileListPieces } from '@timelab/store';

/**
 * Whether a run's files are all there as they were: the files for the whole have their digests, and so do those of
 * its commits that something has happened to since the record was written. Those can be 100,000, too many to read
 * all; the system keeps the time of a file's last change itself (st_ctime), so that nobody can put it back.
 */
export async function isWhole(folder: string, manifest: Manifest): Promise<boolean> {
  try {
    for (const [path, digest] of Object.entries(manifest.digests)) {
      if ((await digestFile(join(folder, path))) !== digest) return false;
    }
    const recorded = lstatSync(join(folder, 'run.json')).ctimeMs;
    for await (const files of readFileListPieces(folder, manifest)) {
      for (const [path, digest] of files) {
        const file = `${folder}/${path}`;
        if (lstatSync(file).ctimeMs >= recorded && (await digestFile(file)) !== digest) return false;
      }
    }
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
