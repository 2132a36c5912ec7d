import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { idInPath, type Manifest, type ManifestReading, nearestRuns, Problem } from '@timelab/core';
import { explained, unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import type { FoundRun } from './list-runs.ts';
import { newestRunFolders, newestRuns } from './newest-runs.ts';
import { noRecord, readRun } from './read-run.ts';
import { isRunFolderName } from './run-path.ts';

/** A run that somebody named; its path is relative to the lab, or absolute where it lies outside. */
export interface NamedRun extends FoundRun {
  /** Absolute, with links resolved. */
  readonly folder: string;
}

/**
 * The run that a word means: a path (its folder or its run.json, from `cwd` or from the top of the lab), its id or
 * at least the first 4 hex digits of that, `latest` for the newest run that has ended, `latest~2` for the third
 * newest. Throws `run_unknown` and `run_ambiguous`, which name the nearest, and Problems of the disk.
 */
export async function findRun(lab: Lab, word: string, cwd: string): Promise<NamedRun> {
  return explained(lab, async () => {
    const back = /^latest(?:~(\d{1,9}))?$/.exec(word);
    if (back !== null) return newestBut(lab, Number(back[1] ?? 0), word);
    const named = await runAtPath(lab, word, cwd);
    if (named !== undefined) return named;
    const folders: string[] = [];
    for await (const path of newestRunFolders(lab)) folders.push(path);
    return (await runById(lab, word, folders)) ?? runByFolderName(lab, word, folders);
  });
}

/**
 * The record of a run, for commands that can do nothing without; throws `manifest_invalid` with all that is wrong, or
 * `disk_error` where the bytes cannot be had.
 */
export function requireManifest({ path, reading }: FoundRun): Manifest {
  if ('manifest' in reading) return reading.manifest;
  if (reading.unreadable === true) {
    const message = `${path}/run.json ${reading.faults[0]?.reason}.`;
    throw new Problem('disk_error', message, { hint: mayBeWell });
  }
  throw new Problem('manifest_invalid', `${path}/run.json cannot be read as a record.`, {
    faults: reading.faults,
  });
}

/** What to do about a record or a file that cannot be read. */
export const mayBeWell =
  'Look who may read it and its folder (`ls -l`), and at the disk; the run itself may be well.';

async function newestBut(lab: Lab, back: number, word: string): Promise<NamedRun> {
  let ended = 0;
  for await (const run of newestRuns(lab)) {
    if ('manifest' in run.reading && run.reading.manifest.status === 'running') continue;
    if (ended === back) return { ...run, folder: join(lab.root, run.path) };
    ended += 1;
  }
  const counted = ended === 1 ? 'one run that has' : `${ended === 0 ? 'no' : ended} runs that have`;
  throw new Problem('run_unknown', `There is no run ${word}: the lab holds ${counted} ended.`);
}

async function runAtPath(lab: Lab, word: string, cwd: string): Promise<NamedRun | undefined> {
  if (word === '' || word.includes('\0')) return undefined;
  for (const path of [resolve(cwd, word), resolve(lab.root, word)]) {
    const folder = await runFolderAt(path);
    if (folder !== undefined) return namedRun(lab, folder);
  }
  return undefined;
}

/** The folder of a run at a path; a day's run.json is a link that leads to the newest run's. */
async function runFolderAt(path: string): Promise<string | undefined> {
  const found = await orNothing(stat(path));
  if (found === undefined) return undefined;
  // Not through its record: in a run's own folder that is no link, and is told to be one.
  if (found.isDirectory() && isRunFolderName(path)) return realpath(path);
  const record = found.isDirectory() ? join(path, 'run.json') : path;
  if (basename(record) !== 'run.json') return undefined;
  if (isRunFolderName(dirname(record))) return realpath(dirname(record));
  const real = await orNothing(realpath(record));
  return real === undefined ? undefined : dirname(real);
}

function orNothing<T>(look: Promise<T>): Promise<T | undefined> {
  return unless(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EACCES'], look);
}

/** Ids are found by the names of folders, which hold their first 8 digits, so that no record but one need be read. */
async function runById(lab: Lab, word: string, folders: readonly string[]): Promise<NamedRun | undefined> {
  const digits = word.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(digits)) return undefined;
  const like = folders.filter((path) => idInPath(path).startsWith(digits.slice(0, 8)));
  const named = await Promise.all(like.map((path) => namedRun(lab, join(lab.root, path))));
  const fitting = named.filter(({ reading }) => digits.length <= 8 || mayBe(reading, digits));
  const [only] = fitting;
  if (fitting.length < 2) return only;
  throw new Problem('run_ambiguous', `${fitting.length} runs have an id that begins with ${digits}.`, {
    hint: told('Give more digits, or the path of one', nearestRuns(digits, like)),
  });
}

// A record that cannot be read may be the one that is meant: its folder says so.
const mayBe = (reading: ManifestReading, digits: string) =>
  !('manifest' in reading) || reading.manifest.run_id.startsWith(digits);

async function runByFolderName(lab: Lab, word: string, folders: readonly string[]): Promise<NamedRun> {
  const path = folders.find((one) => basename(one) === word);
  if (path !== undefined) return namedRun(lab, join(lab.root, path));
  const short = /^[0-9a-f]{1,3}$/i.test(word);
  const reason = short ? ': an id needs at least 4 digits' : '';
  throw new Problem('run_unknown', `${JSON.stringify(word)} names no run of this lab${reason}.`, {
    hint:
      folders.length === 0 ? 'The lab holds no runs yet.' : told('The nearest', nearestRuns(word, folders)),
  });
}

function told(lead: string, paths: readonly string[]): string {
  return `${lead}:\n${paths.map((path) => `  ${idInPath(path)}  ${path}`).join('\n')}`;
}

async function namedRun(lab: Lab, folder: string): Promise<NamedRun> {
  const way = relative(await realpath(lab.root), folder);
  const outside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  const reading = (await readRun(folder)) ?? noRecord;
  return { folder, path: outside ? folder : way.split(sep).join('/'), reading };
}
