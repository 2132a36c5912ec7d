import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LedgerRow, Manifest } from '../packages/core/src/index.ts';
import { parseLedger } from '../packages/core/src/index.ts';

/** A run as it lies in a lab: its folder, absolute, and its manifest. */
export interface FoundRun {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every run of a lab, in the order in which they began. */
export async function runsOf(lab: string): Promise<FoundRun[]> {
  const paths = await readdir(lab, { recursive: true });
  const records = paths.filter((path) => /^\d{4}\/\d\d\/\d\d\/[^/]+\/[^/]+\/[^/]+\/run\.json$/.test(path));
  const runs = await Promise.all(records.map((path) => readRun(join(lab, path))));
  // Not in that of their folders: names of one second are sorted by what comes behind it.
  const starts = (run: FoundRun) => `${run.manifest.timestamp_start} ${run.folder}`;
  return runs.sort((a, b) => (starts(a) < starts(b) ? -1 : 1));
}

/** The run whose manifest lies at a path, as the first line of what `timelab ai` prints says. */
export async function readRun(path: string): Promise<FoundRun> {
  return { folder: dirname(path), manifest: JSON.parse(await readFile(path, 'utf8')) };
}

/** The only run of a lab; fails where there are none or several. */
export async function onlyRun(lab: string): Promise<FoundRun> {
  const runs = await runsOf(lab);
  const [run] = runs;
  if (run === undefined || runs.length > 1) throw new Error(`${runs.length} runs in the lab, not one`);
  return run;
}

/** The rows of a lab's runs.csv. */
export async function rowsOf(lab: string): Promise<LedgerRow[]> {
  return parseLedger(await readFile(join(lab, 'runs.csv'), 'utf8'));
}
