import { type Manifest, newerFault } from '@timelab/core';
import { findRun, type Lab, type NamedRun, requireManifest } from '@timelab/store';
import type { Context } from '../command.ts';

/** A run that somebody named, with its record; says so where that is of a later version and was read in part. */
export async function findRecord(
  { world, report }: Context,
  lab: Lab,
  word: string,
): Promise<NamedRun & { readonly manifest: Manifest }> {
  const found = await findRun(lab, word, world.cwd);
  const { path, reading } = found;
  if ('manifest' in reading && reading.newer !== undefined) {
    const { pointer, reason } = newerFault(reading.newer);
    report.say(`${path}/run.json: ${pointer} ${reason}.`);
  }
  return { ...found, manifest: requireManifest(found) };
}
