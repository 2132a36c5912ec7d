import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mask } from '@timelab/core';
import { ownWorkFiles, withdrawWork } from '@timelab/store';
import { joinPart } from './continued-file.ts';
import { maskOutput } from './mask-output.ts';
import type { WorkPlaces } from './resume-point.ts';

/**
 * Masks what a run that did not come to its end leaves for the next run of the same work. Says whether that can go on with
 * it: of patches in one file, which are found in it by their lengths, it cannot.
 */
export async function maskLeft(places: WorkPlaces, mask: Mask): Promise<boolean> {
  if (mask.isEmpty || !existsSync(places.output)) return true;
  const handBack = await withdrawWork(places.folder);
  // What no run would have gone on with was masked in part, and which part is not known any more.
  if (handBack === undefined) return false;
  await clearStrangers(places);
  await Promise.all([places.sums, places.patches].map(joinPart));
  if ((await maskOutput(places, mask, () => undefined)) > 0 && existsSync(places.patches)) return false;
  await handBack();
  return true;
}

/** Removes what nobody goes on with: commits that were put aside, and what programs left that were ended. */
async function clearStrangers({ folder, output, sums, pageSums }: WorkPlaces): Promise<void> {
  const own = [...ownWorkFiles(folder), output, pageSums];
  const kept = (path: string) => own.includes(path) || path.startsWith(sums);
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  for (const path of paths) if (!kept(path)) await rm(path, { recursive: true, force: true });
}
