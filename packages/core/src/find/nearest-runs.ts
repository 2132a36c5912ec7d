import { nearest } from '../problem/nearest.ts';

/** How many runs are told to somebody who named none or several of them. */
const MOST_TOLD = 5;

/** A run by the name of its folder, which holds its start, its name and the first 8 digits of its id. */
interface RunName {
  readonly path: string;
  readonly name: string;
  readonly id: string;
}

/**
 * Of the paths of run folders, newest first, those that a word was most likely meant for: their ids begin as the
 * word does, or their names are like it; the newest where none is.
 */
export function nearestRuns(word: string, paths: readonly string[]): string[] {
  const runs = paths.map(readName);
  const meant = nearest(word, [...new Set(runs.map(({ name }) => name))]);
  const scored = runs
    .map((run) => ({ path: run.path, score: likeness(word.toLowerCase(), run, meant) }))
    .filter(({ score }) => score > 0)
    // The sort is stable: of equal ones the newest comes first.
    .sort((a, b) => b.score - a.score);
  return (scored.length === 0 ? paths : scored.map(({ path }) => path)).slice(0, MOST_TOLD);
}

/** The first digits of the id of a run whose folder lies at a path; empty for a folder that no run has. */
export function idInPath(path: string): string {
  return /_([0-9a-f]{8})$/.exec(path)?.[1] ?? '';
}

function readName(path: string): RunName {
  const name = /\/\d{6}Z_([^/]+)_[0-9a-f]{8}$/.exec(path)?.[1] ?? '';
  return { path, name, id: idInPath(path) };
}

// One digit in common is chance: of 16 runs one has it.
function likeness(word: string, { name, id }: RunName, meant: string | undefined): number {
  const digits = commonLength(word, id);
  if (digits > 1) return digits;
  if (name === meant) return 1;
  return word.length > 2 && name.toLowerCase().includes(word) ? 1 : 0;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}
