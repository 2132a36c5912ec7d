import { join } from 'node:path';
import type { DayPath } from '@timelab/core';
import { listDays } from './days.ts';
import type { Lab } from './lab.ts';
import { type FoundRun, runFoldersOf } from './list-runs.ts';
import { readRun } from './read-run.ts';
import { isRunFolderName } from './run-path.ts';

/** The run folders of a lab by their names alone, the newest second first; no record is read. */
export async function* newestRunFolders(lab: Lab): AsyncGenerator<string> {
  for await (const day of listDays(lab)) yield* await runFoldersByTime(lab, day);
}

/** The runs of a lab, the newest first, however bad their records are; read only as far as they are asked for. */
export async function* newestRuns(lab: Lab): AsyncGenerator<FoundRun> {
  let second: string[] = [];
  for await (const path of newestRunFolders(lab)) {
    if (second.length > 0 && secondOf(path) !== secondOf(second[0] ?? '')) {
      yield* await readNewestFirst(lab, second);
      second = [];
    }
    second.push(path);
  }
  yield* await readNewestFirst(lab, second);
}

async function runFoldersByTime(lab: Lab, day: DayPath): Promise<string[]> {
  const paths = (await runFoldersOf(lab, day)).filter(isRunFolderName);
  return paths.sort((a, b) => (secondOf(a) + a < secondOf(b) + b ? 1 : -1));
}

/** The runs that began in one second, ordered by what their records say of the milliseconds. */
async function readNewestFirst(lab: Lab, paths: readonly string[]): Promise<FoundRun[]> {
  const found: FoundRun[] = [];
  for (const path of paths) {
    const reading = await readRun(join(lab.root, path));
    if (reading !== undefined) found.push({ path, reading });
  }
  return found.sort((a, b) => (rankOfFound(a) < rankOfFound(b) ? 1 : -1));
}

function rankOfFound({ path, reading }: FoundRun): string {
  const milliseconds = 'manifest' in reading ? reading.manifest.timestamp_start.slice(-4) : '';
  return `${milliseconds} ${path}`;
}

/** The day and the second that a run folder is named by. */
function secondOf(path: string): string {
  return `${path.slice(0, 'YYYY/MM/DD'.length)} ${/\/(\d{6})Z_[^/]+$/.exec(path)?.[1] ?? ''}`;
}
