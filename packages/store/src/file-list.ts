import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Manifest } from '@timelab/core';
import { unless } from './disk-problem.ts';

/** A line of sha256sum(1): the digest, two spaces, a path below the list's own folder that cannot climb out. */
const pattern =
  /^([0-9a-f]{64}) {2}((?!\.{1,2}(?:\/|$))[^\\/\u0000-\u001f]+(?:\/(?!\.{1,2}(?:\/|$))[^\\/\u0000-\u001f]+)*)$/;

// A list is no link and no pipe: over one anything could be read, or waited for.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A file that a run lists: its path in the run folder, and its digest. */
export type ListedFile = readonly [path: string, digest: string];

/** The files that a run lists in a file of its own, as paths in the run folder with their digests; lines that are none are passed over. */
export async function* readFileList(
  folder: string,
  manifest: Pick<Manifest, 'file_list'>,
): AsyncGenerator<ListedFile> {
  for await (const files of readFileListPieces(folder, manifest)) yield* files;
}

/** The same, as many at a time as a piece of the list holds: there can be 500,000, and each wait costs more than a line. */
export async function* readFileListPieces(
  folder: string,
  { file_list: list }: Pick<Manifest, 'file_list'>,
): AsyncGenerator<readonly ListedFile[]> {
  if (list === undefined) return;
  const handle = await unless(['ENOENT', 'ENOTDIR'], open(join(folder, list), flags));
  if (handle === undefined) return;
  const place = placeOfList(list);
  let rest = '';
  // The stream closes the handle, also when the reader has read enough.
  for await (const piece of handle.createReadStream({ encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield lines.flatMap((line) => fileIn(place, line));
  }
  yield fileIn(place, rest);
}

/** What stands before the paths of a list, so that they are paths in the run folder. */
export function placeOfList(list: string): string {
  const folder = posix.dirname(list);
  return folder === '.' ? '' : `${folder}/`;
}

/** The file of a line of a list in such a place; none where it is no such line. */
export function fileIn(place: string, line: string): ListedFile[] {
  const [, digest, path] = pattern.exec(line) ?? [];
  // Nothing in the path climbs, so that nothing has to be resolved.
  return digest === undefined || path === undefined ? [] : [[`${place}${path}`, digest]];
}
