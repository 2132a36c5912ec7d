import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Manifest } from '@timelab/core';
import { unless } from './disk-problem.ts';

/** A line of sha256sum(1): the digest, two spaces, a path below the list's own folder that cannot climb out. */
const pattern =
  /^([0-9a-f]{64}) {2}((?!\.{1,2}(?:\/|$))[^\\/\u0000-\u001f]+(?:\/(?!\.{1,2}(?:\/|$))[^\\/\u0000-\u001f]+)*)$/;

// A list is no link and no pipe: over one anything could be read, or waited for.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The files that a run lists in a file of its own, as paths in the run folder with their digests; lines that are none are passed over. */
export async function* readFileList(
  folder: string,
  manifest: Pick<Manifest, 'file_list'>,
): AsyncGenerator<readonly [path: string, digest: string]> {
  const { file_list: list } = manifest;
  if (list === undefined) return;
  const handle = await unless(['ENOENT', 'ENOTDIR'], open(join(folder, list), flags));
  if (handle === undefined) return;
  // The lines' own stream closes the handle, also when the reader has read enough.
  for await (const line of handle.readLines({ encoding: 'utf8' })) {
    const [, digest, path] = pattern.exec(line) ?? [];
    if (digest !== undefined && path !== undefined) yield [posix.join(dirname(list), path), digest];
  }
}
