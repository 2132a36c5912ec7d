import { type FileHandle, open } from 'node:fs/promises';
import { digestFile } from '@timelab/store';

/** The place where two files part: the byte, counted from 0, and its line, counted from 1; and what the two files are. */
export interface Parting {
  readonly byte: number;
  readonly line: number;
  readonly parent: ComparedFile;
  readonly run: ComparedFile;
}

interface ComparedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Most files part early, and many are compared at once. */
const PIECE = 64 * 1024;

/** Compares two files of any size; undefined where they are equal. Where one ends first, they part at its end. */
export async function firstDifference(parent: string, run: string): Promise<Parting | undefined> {
  const [a, b] = [await open(parent), await open(run)];
  try {
    const place = await placeOf(a, b);
    if (place === undefined) return undefined;
    const file = async (handle: FileHandle, path: string) => ({
      bytes: (await handle.stat()).size,
      sha256: await digestFile(path),
    });
    return { ...place, parent: await file(a, parent), run: await file(b, run) };
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

/** Where two open files part; undefined where they are equal. */
export async function placeOf(
  a: FileHandle,
  b: FileHandle,
): Promise<{ byte: number; line: number } | undefined> {
  const pieces = [Buffer.alloc(PIECE), Buffer.alloc(PIECE)] as const;
  let line = 1;
  for (let start = 0; ; start += PIECE) {
    const [left, right] = [await readPiece(a, pieces[0], start), await readPiece(b, pieces[1], start)];
    const at = partingOf(left, right);
    line += lineEnds(left.subarray(0, at ?? left.length));
    if (at !== undefined) return { byte: start + at, line };
    if (left.length < PIECE) return undefined;
  }
}

/** Bytes from a place on, as many as there are and the buffer holds. */
async function readPiece(handle: FileHandle, buffer: Buffer, start: number): Promise<Buffer> {
  let length = 0;
  for (let got = -1; length < buffer.length && got !== 0; length += got) {
    got = (await handle.read(buffer, length, buffer.length - length, start + length)).bytesRead;
  }
  return buffer.subarray(0, length);
}

/** The first byte in which two pieces differ: where one goes on, the end of the other; undefined where they are equal. */
export function partingOf(left: Buffer, right: Buffer): number | undefined {
  if (left.equals(right)) return undefined;
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left[at] === right[at]) at += 1;
  return at;
}

function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
