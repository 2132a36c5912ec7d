import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileList, type Mask } from '@timelab/core';
import type { Pause } from '@timelab/store';

/** Longer files, such as all patches of a history in one, are looked at in pieces; in bytes. */
export const LONG = 16 * 1024 * 1024;

/** The plain files below a folder, relative to it; what is not plain was not made by us, and is no part of a run that is whole. */
export async function* filesIn(root: string, parent = ''): AsyncGenerator<string> {
  for (const entry of await readdir(join(root, parent), { withFileTypes: true })) {
    const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(root, path);
    if (entry.isFile()) yield path;
  }
}

/**
 * Whether a known secret stands in any file of a run. Where none is known, nothing is read. Neither is the record, nor the list
 * of digests: digests are no secrets, whatever they are equal to.
 */
export async function runHoldsSecret(folder: string, mask: Mask, pause: Pause): Promise<boolean> {
  if (mask.isEmpty) return false;
  for await (const path of filesIn(folder)) {
    if (path === 'run.json' || path === fileList) continue;
    if (await fileHoldsSecret(join(folder, path), mask)) return true;
    await pause();
  }
  return false;
}

/** Whether a known secret stands in a file; there may be none. */
export async function fileHoldsSecret(file: string, mask: Mask): Promise<boolean> {
  if (mask.isEmpty) return false;
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size === 0) return false;
  return size > LONG ? await longHoldsSecret(file, mask) : mask.find(readFileSync(file)) !== undefined;
}

async function longHoldsSecret(file: string, mask: Mask): Promise<boolean> {
  const filter = mask.stream();
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) {
    filter.push(piece);
    if (filter.count > 0) return true;
  }
  filter.end();
  return filter.count > 0;
}
