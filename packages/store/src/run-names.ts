import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DayPath, runPlaces } from '@timelab/core';
import { listDays } from './days.ts';
import { unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { READS_AT_ONCE } from './list-runs.ts';
import { placeOf } from './run-path.ts';
import { workAhead } from './work-ahead.ts';

/**
 * The names that a ledger was held against when each of its lines was the only one of a run, which had ended, and led to a
 * folder. Where they are the same now, no row has to be looked up.
 */
export interface HeldNames {
  /** The digests of the names in each place. */
  readonly places: Readonly<Record<string, string>>;
  /** The paths of those that could be runs, and that the ledger does not list. */
  readonly unlisted: readonly string[];
}

/** The names where run folders lie, by the place, relative to the lab; that one is of a folder is seen when it is read. */
export interface RunNames {
  /** Their digests, of each place where any lies. */
  readonly places: Readonly<Record<string, string>>;
  /** The names in the places in question, of which some are empty: a lab has many, and few of them are looked up. */
  readonly inQuestion: ReadonlyMap<string, readonly string[]>;
}

/** Lists those names. In question are those that are not as they were held, and those beside `doubted` paths. */
export async function readRunNames(
  lab: Lab,
  held: HeldNames | undefined,
  doubted: Iterable<string>,
): Promise<RunNames> {
  const before = held?.places ?? {};
  const asked = new Set(Array.from(doubted, placeOf));
  const places: Record<string, string> = {};
  const inQuestion = new Map<string, readonly string[]>();
  for await (const looks of workAhead(listDays(lab), READS_AT_ONCE, (day) => namesOn(lab, day))) {
    for (const [place, names] of looks) {
      const digest = digestOf(names);
      if (digest !== '') places[place] = digest;
      if (digest !== (before[place] ?? '') || asked.has(place)) inQuestion.set(place, names);
    }
  }
  const gone = [...Object.keys(before), ...asked].filter((place) => !Object.hasOwn(places, place));
  for (const place of gone) inQuestion.set(place, []);
  return { places, inQuestion };
}

async function namesOn(lab: Lab, day: DayPath): Promise<(readonly [place: string, names: string[]])[]> {
  const places = Object.values(runPlaces).map((place) => `${day}/${place}`);
  const looks = places.map((place) => unless(['ENOENT', 'ENOTDIR'], readdir(join(lab.root, place))));
  const found = await Promise.all(looks);
  return places.map((place, at) => [place, found[at] ?? []]);
}

/** Of names as they are listed: in another order they are taken for others, which costs time and no more. */
function digestOf(names: readonly string[]): string {
  return names.length === 0 ? '' : hash('sha256', names.join('/')).slice(0, 16);
}
