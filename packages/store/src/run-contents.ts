import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Manifest } from '@timelab/core';
import { isSystemError } from './disk-problem.ts';
import { READS_AT_ONCE } from './list-runs.ts';
import { workAhead } from './work-ahead.ts';

/** A file of a run; without a size it is not there, or is no file. */
export interface SizedFile {
  readonly path: string;
  readonly bytes?: number;
}

/** The sizes of the files that a manifest names, in bytes and in its order; links are not followed. */
export async function sizesOf(folder: string, { artifacts }: Manifest): Promise<SizedFile[]> {
  const sized: SizedFile[] = [];
  const looks = workAhead(artifacts, READS_AT_ONCE, async (path) => ({
    path,
    found: await fileAt(folder, path),
  }));
  for await (const { path, found } of looks) {
    sized.push(found === undefined ? { path } : { path, bytes: found.size });
  }
  return sized;
}

async function fileAt(folder: string, path: string): Promise<Stats | undefined> {
  const found = await lstat(join(folder, path)).catch(absent);
  return found?.isFile() === true ? found : undefined;
}

// A link in the place of a file could lead anywhere, and a pipe would hold us up for ever.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a file of a run, whose path is relative to the run's folder, and does work with it. Undefined where it is not
 * there, is no plain file, or is reached over a link that leads out of the folder.
 */
export async function withArtifact<T>(
  folder: string,
  path: string,
  work: (file: FileHandle, bytes: number) => Promise<T>,
): Promise<T | undefined> {
  const [home, real] = await Promise.all([realpath(folder), realpath(join(folder, path)).catch(absent)]);
  if (real !== `${home}${sep}${path.split('/').join(sep)}`) return undefined;
  const file = await open(real, flags).catch(absent);
  if (file === undefined) return undefined;
  try {
    const found = await file.stat();
    return found.isFile() ? await work(file, found.size) : undefined;
  } finally {
    await file.close();
  }
}

/** The bytes of a file of a run, up to `limit` of them; undefined as for `withArtifact`. */
export async function readArtifact(folder: string, path: string, limit: number): Promise<Buffer | undefined> {
  return withArtifact(folder, path, async (file, bytes) => {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(Math.min(bytes, limit)),
      0,
      Math.min(bytes, limit),
      0,
    );
    return buffer.subarray(0, bytesRead);
  });
}

function absent(error: unknown): undefined {
  if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO', 'ENAMETOOLONG')) return undefined;
  throw error;
}
