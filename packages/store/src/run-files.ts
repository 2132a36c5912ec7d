import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@timelab/core';
import { readFileList } from './file-list.ts';
import { clearTemporaries, isTemporary } from './temporary.ts';

/**
 * The digests of all files in a run folder but its run.json and those of its file list, by their paths; what its
 * dead process left unfinished is cleared away. Links are not followed, and names that a manifest cannot hold are
 * passed over.
 */
export async function digestFiles(
  folder: string,
  manifest: Pick<Manifest, 'file_list'>,
): Promise<Map<string, string>> {
  const listed = new Set<string>();
  for await (const [path] of readFileList(folder, manifest)) listed.add(path);
  const digests = new Map<string, string>();
  for await (const path of visitFiles(folder, '')) {
    if (path !== 'run.json' && !listed.has(path)) digests.set(path, await digestFile(join(folder, path)));
  }
  return digests;
}

async function* visitFiles(folder: string, parent: string): AsyncGenerator<string> {
  await clearTemporaries(join(folder, parent));
  for (const entry of await readdir(join(folder, parent), { withFileTypes: true })) {
    const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
    if (!isNameable(entry.name)) continue;
    if (entry.isDirectory()) yield* visitFiles(folder, path);
    if (entry.isFile()) yield path;
  }
}

// U+FFFD stands for bytes that are no UTF-8: by such a name the file could not be found again.
function isNameable(name: string): boolean {
  return !/[\\\uFFFD]/.test(name) && !isTemporary(name);
}

/** The sha256 of a file's bytes, of any size, as lower-case hex; throws what the system says. */
export async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  // In long pieces: of short ones, handing them over takes longer than hashing them.
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest('hex');
}
