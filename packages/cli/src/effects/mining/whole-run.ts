import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '@timelab/core';
import { readFileList } from '@timelab/store';
import { digestFile } from '../digest-file.ts';

/**
 * Whether a run's files are still there, as far as can be told without reading them all: the files for the whole
 * have their digests, and the folders of its commits hold as many files as the list says.
 */
export async function isWhole(folder: string, manifest: Manifest): Promise<boolean> {
  try {
    for (const [path, digest] of Object.entries(manifest.digests)) {
      if ((await digestFile(join(folder, path))) !== digest) return false;
    }
    for (const [name, count] of await listedFolders(folder, manifest)) {
      if (readdirSync(join(folder, name)).length < count) return false;
    }
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function listedFolders(folder: string, manifest: Manifest): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const [path] of readFileList(folder, manifest)) {
    const name = path.slice(0, path.lastIndexOf('/'));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
