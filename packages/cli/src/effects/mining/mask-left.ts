import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mask } from '@timelab/core';
import { joinPart } from './continued-file.ts';
import { maskOutput } from './mask-output.ts';
import type { WorkPlaces } from './resume-point.ts';

/**
 * Masks what a run that did not come to its end leaves for the next run of the same work. Says whether that can go on with
 * it: of patches in one file, which are found in it by their lengths, it cannot.
 */
export async function maskLeft(places: WorkPlaces, mask: Mask): Promise<boolean> {
  if (mask.isEmpty || !existsSync(places.output)) return true;
  const folder = dirname(places.output);
  // Without one, what was masked already is not told from what was not.
  const key = await readFile(join(folder, 'key')).catch(() => undefined);
  if (key === undefined) return false;
  await clearStrangers(folder, places);
  await Promise.all([places.sums, places.patches].map(joinPart));
  if ((await maskOutput(places, mask, () => undefined)) === 0) return true;
  if (existsSync(places.patches)) return false;
  await writeFile(join(folder, 'key'), key);
  return true;
}

/** Removes what nobody goes on with: commits that were put aside, and what programs left that were ended. */
async function clearStrangers(folder: string, { output, sums, pageSums }: WorkPlaces): Promise<void> {
  const kept = (path: string) =>
    [join(folder, 'key'), join(folder, 'runs'), output, pageSums].includes(path) || path.startsWith(sums);
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  for (const path of paths) if (!kept(path)) await rm(path, { recursive: true, force: true });
}
