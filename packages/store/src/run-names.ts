import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DayPath, runPlaces } from '@timelab/core';
import { listDays } from './days.ts';
import { unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { READS_AT_ONCE } from './list-runs.ts';
import { isRunFolderName } from './run-path.ts';
import { workAhead } from './work-ahead.ts';

/**
 * The names of all that could be a run's folder, by the place they lie in, and whether a ledger was seen to list each. By
 * place, because a lab has many: whole paths would be put together for each of them.
 */
export type RunNames = ReadonlyMap<string, Map<string, boolean>>;

/** The names where run folders lie, none of them listed yet; that it is a folder is seen when it is read. */
export async function readRunNames(lab: Lab): Promise<RunNames> {
  const names = new Map<string, Map<string, boolean>>();
  for await (const places of workAhead(listDays(lab), READS_AT_ONCE, (day) => namesOn(lab, day))) {
    for (const [place, found] of places) names.set(place, unmarked(found.filter(isRunFolderName)));
  }
  return names;
}

async function namesOn(lab: Lab, day: DayPath): Promise<(readonly [place: string, names: string[]])[]> {
  const places = Object.values(runPlaces).map((place) => `${day}/${place}`);
  const looks = places.map((place) => unless(['ENOENT', 'ENOTDIR'], readdir(join(lab.root, place))));
  const found = await Promise.all(looks);
  return places.map((place, at) => [place, found[at] ?? []]);
}

/**
 * Looks up the folder at a path, relative to the lab, and marks it as listed if its run `hasEnded`: what another was at when
 * it was listed it is not any more, as likely as not. Gives whether it was listed before; undefined where it is not there.
 */
export function markListed(names: RunNames, path: string, hasEnded: boolean): boolean | undefined {
  const end = path.lastIndexOf('/');
  const place = names.get(path.slice(0, end));
  const name = path.slice(end + 1);
  const isListed = place?.get(name);
  if (isListed === false && hasEnded) place?.set(name, true);
  return isListed;
}

/** The paths of those that no ledger was seen to list. */
export function unlistedIn(names: RunNames): string[] {
  const paths: string[] = [];
  for (const [place, own] of names) {
    own.forEach((isListed, name) => {
      if (!isListed) paths.push(`${place}/${name}`);
    });
  }
  return paths;
}

/** The same names, none of them listed. */
export function noneListed(names: RunNames): RunNames {
  return new Map([...names].map(([place, own]) => [place, unmarked(own.keys())]));
}

function unmarked(names: Iterable<string>): Map<string, boolean> {
  const marks = new Map<string, boolean>();
  for (const name of names) marks.set(name, false);
  return marks;
}
