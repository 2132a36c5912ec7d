import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DayPath, type ManifestReading, runPlaces } from '@timelab/core';
import { listDays } from './days.ts';
import { toProblem, unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { hasRecord, noRecord, readRun, readRunNow } from './read-run.ts';
import { listMarkers } from './run-marker.ts';
import { isRunFolderName } from './run-path.ts';
import { workAhead } from './work-ahead.ts';

/** A run that was found on disk, and its manifest or what is wrong with it. */
export interface FoundRun {
  /** Relative to the lab. */
  readonly path: string;
  readonly reading: ManifestReading;
}

/** A folder where a run could lie; without a reading where it holds no run.json. */
export interface RunFolderEntry {
  readonly path: string;
  readonly reading?: ManifestReading;
}

/** As many as keep a disk busy, and few enough for the narrowest limit on open files (256, on macOS). */
export const READS_AT_ONCE = 16;

/** All runs of a lab as their manifests say, the newest day first. Throws Problems of the disk. */
export async function* listRuns(lab: Lab): AsyncGenerator<FoundRun> {
  try {
    for await (const day of listDays(lab)) {
      for await (const { path, reading } of visitRunFolders(lab, day)) {
        if (reading !== undefined) yield { path, reading };
      }
    }
  } catch (error) {
    throw toProblem(lab, error);
  }
}

/** Every so many-th of something (`of`), from one of the first on (`index`, from 0). */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/**
 * All that `verify` looks at, or a share of it: every run of a lab, and every folder with a run's name but without a record,
 * unless a run is just claiming it; the newest day first.
 */
export async function* listAllRuns(
  lab: Lab,
  { index, of }: Share = { index: 0, of: 1 },
): AsyncGenerator<FoundRun> {
  let at = -1;
  try {
    for await (const day of listDays(lab)) {
      for (const path of await runFoldersOf(lab, day)) {
        at += 1;
        if (at % of !== index) continue;
        const reading = await readRunNow(join(lab.root, path));
        if (reading !== undefined) yield { path, reading };
        else if (isRunFolderName(path) && !(await isMarked(lab, path))) yield* lookAgain(lab, path);
      }
    }
  } catch (error) {
    throw toProblem(lab, error);
  }
}

/** The paths of all that, by their names and whether there is a record: none is read. Throws Problems of the disk. */
export async function listRunPaths(lab: Lab): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  try {
    for await (const day of listDays(lab)) {
      for (const path of await runFoldersOf(lab, day))
        if (isRunFolderName(path) || hasRecord(join(lab.root, path))) paths.add(path);
    }
  } catch (error) {
    throw toProblem(lab, error);
  }
  return paths;
}

/** A run that was claimed, ended or cleared away since its record was looked for is as it is now. */
async function* lookAgain(lab: Lab, path: string): AsyncGenerator<FoundRun> {
  const reading = await readRun(join(lab.root, path));
  const stands = await unless(['ENOENT'], lstat(join(lab.root, path)));
  if (reading !== undefined || stands !== undefined) yield { path, reading: reading ?? noRecord };
}

async function isMarked(lab: Lab, path: string): Promise<boolean> {
  return (await listMarkers(lab)).some((marker) => marker.path === path);
}

/** All folders of a day that are a run's or stand where one's would. */
export async function* visitRunFolders(lab: Lab, day: DayPath): AsyncGenerator<RunFolderEntry> {
  yield* workAhead(await runFoldersOf(lab, day), READS_AT_ONCE, async (path) => {
    const reading = await readRun(join(lab.root, path));
    return reading === undefined ? { path } : { path, reading };
  });
}

/** The folders of a day that stand where runs do, relative to the lab, by name in each of its places. */
export async function runFoldersOf(lab: Lab, day: DayPath): Promise<string[]> {
  const places = Object.values(runPlaces).map((place) => `${day}/${place}`);
  const names = await Promise.all(places.map((place) => foldersIn(lab, place)));
  return places.flatMap((place, at) => (names[at] ?? []).map((name) => `${place}/${name}`));
}

async function foldersIn(lab: Lab, path: string): Promise<string[]> {
  const entries = await unless(['ENOENT', 'ENOTDIR'], readdir(join(lab.root, path), { withFileTypes: true }));
  return (entries ?? [])
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
