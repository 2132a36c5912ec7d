import type { HeldNames, RunNames } from './run-names.ts';
import { isRunFolderName, placeOf } from './run-path.ts';

/** The names that could be of runs' folders, by the place in question that they lie in, and whether a ledger was seen to list each. */
export type RunMarks = ReadonlyMap<string, Map<string, boolean>>;

/** Marks for the names in question, none of them listed yet. */
export function noneListed({ inQuestion }: RunNames): RunMarks {
  const marks = new Map<string, Map<string, boolean>>();
  for (const [place, names] of inQuestion) {
    const own = new Map<string, boolean>();
    for (const name of names) if (isRunFolderName(name)) own.set(name, false);
    marks.set(place, own);
  }
  return marks;
}

/**
 * Looks up the folder at a path, relative to the lab, and marks it as listed if its run `hasEnded`: what another was at when
 * it was listed it is not any more, as likely as not. Gives whether it was listed before; undefined where it is not there.
 */
export function markListed(marks: RunMarks, path: string, hasEnded: boolean): boolean | undefined {
  const place = marks.get(placeOf(path));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isListed = place?.get(name);
  if (isListed === false && hasEnded) place?.set(name, true);
  return isListed;
}

/** The paths of those that no ledger was seen to list, and elsewhere of those that it was held not to. */
export function unlistedIn(marks: RunMarks, held?: HeldNames): string[] {
  const paths = (held?.unlisted ?? []).filter((path) => !marks.has(placeOf(path)));
  for (const [place, own] of marks) {
    own.forEach((isListed, name) => {
      if (!isListed) paths.push(`${place}/${name}`);
    });
  }
  return paths;
}
