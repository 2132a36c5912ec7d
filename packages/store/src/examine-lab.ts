import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Fault,
  type LabSight,
  type Manifest,
  Problem,
  type RecordFault,
  type Runner,
  recordingsFolder,
} from '@timelab/core';
import { explained } from './disk-problem.ts';
import type { Pause } from './file-digest.ts';
import { findLeftovers, isEmptyClaim } from './find-leftovers.ts';
import type { Lab } from './lab.ts';
import { type FoundRun, listAllRuns } from './list-runs.ts';
import { noRecord } from './read-run.ts';
import { openRecordings } from './recordings.ts';
import { runModeOf } from './run-folder.ts';
import { listMarkers } from './run-marker.ts';
import { placeFaults } from './run-path.ts';
import { isGone } from './runner.ts';
import { type DerivedState, openDerived } from './verify-derived.ts';

/** What is found out of a lab's runs, ledgers, links and leftovers: all of a `LabSight` that lies in the tree. */
export type LabExamination = Omit<LabSight, 'root' | 'secrets' | 'closed' | 'room' | 'repository'>;

/** What an examination is made with. */
export interface ExamineMeans {
  readonly lab: Lab;
  readonly self: Runner;
  readonly now: Date;
  readonly pause: Pause;
}

/** What has been found so far. */
interface Found {
  readonly damaged: { path: string; reason: string }[];
  readonly derived: RecordFault[];
  readonly dead: string[];
  readonly leftovers: string[];
  readonly modes: { path: string; mode: number }[];
  readonly newer: string[];
  running: number;
  newest?: string;
}

/**
 * Reads every record of a lab and looks at all that is derived of them, at what dead processes left and at the modes of run
 * folders; of the runs' files none is read, for that is `verify`'s. Changes nothing. Throws Problems of the disk.
 */
export async function examineLab(means: ExamineMeans): Promise<LabExamination> {
  return explained(means.lab, () => examine(means));
}

async function examine(means: ExamineMeans): Promise<LabExamination> {
  const { lab, pause } = means;
  const found: Found = {
    damaged: [],
    derived: [],
    dead: [],
    leftovers: [],
    modes: [],
    newer: [],
    running: 0,
  };
  const derived = openDerived(lab);
  const paths = new Set<string>();
  for await (const run of listAllRuns(lab)) {
    paths.add(run.path);
    found.modes.push(...otherMode(lab, run.path));
    await examineRun(means, derived, run, found);
    await pause();
  }
  found.derived.push(...(await derived.faultsOfLab(paths)));
  const { days, leftovers } = await findLeftovers(means);
  found.leftovers.push(...leftovers);
  return { ...found, days, runs: paths.size, recordings: await damagedRecordings(lab) };
}

async function examineRun(
  { lab, self }: ExamineMeans,
  derived: DerivedState,
  { path, reading }: FoundRun,
  found: Found,
): Promise<void> {
  if (reading === noRecord && isEmptyClaim(join(lab.root, path))) {
    found.leftovers.push(path);
    return;
  }
  const faults = 'faults' in reading ? reading.faults : placeFaults(path, reading.manifest);
  if (faults.length > 0) found.damaged.push({ path, reason: faults.map(inWords).join('; ') });
  if (faults.length > 0 || 'faults' in reading) return;
  const { manifest, newer } = reading;
  if (newer !== undefined) found.newer.push(path);
  if (found.newest === undefined || manifest.timestamp_start > found.newest)
    found.newest = manifest.timestamp_start;
  if (manifest.status === 'running') addRunning(found, path, manifest, self);
  else found.derived.push(...(await derivedFaults(lab, derived, path, manifest)));
}

const inWords = ({ pointer, reason }: Fault) => `${pointer === '' ? 'run.json' : pointer} ${reason}`;

function addRunning(found: Found, path: string, { runner }: Manifest, self: Runner): void {
  if (runner === undefined || isGone(runner, self)) found.dead.push(path);
  else found.running += 1;
}

/** A run that has ended and is marked is being listed just now, or its process died at that and it is settled. */
async function derivedFaults(
  lab: Lab,
  derived: DerivedState,
  path: string,
  manifest: Manifest,
): Promise<RecordFault[]> {
  const faults = await derived.faultsOf({ path, manifest });
  if (faults.length === 0) return [];
  const marked = await listMarkers(lab);
  return marked.some(({ runId }) => runId === manifest.run_id) ? [] : faults;
}

/** The mode of a run folder that is this user's and is open to more than the lab's are to be, or closed to its owner. */
function otherMode(lab: Lab, path: string): { path: string; mode: number }[] {
  const stats = lstatSync(join(lab.root, path), { throwIfNoEntry: false });
  if (stats === undefined || stats.uid !== process.getuid?.()) return [];
  const mode = stats.mode & 0o777;
  const isRight = (mode & ~runModeOf(lab)) === 0 && (mode & 0o700) === 0o700;
  return isRight ? [] : [{ path, mode }];
}

async function damagedRecordings(lab: Lab): Promise<LabSight['recordings']> {
  const recordings = openRecordings(lab, () => undefined);
  const closed: LabSight['recordings'][number][] = [];
  try {
    for await (const _ of recordings.all());
    await recordings.models();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    closed.push({ path: recordingsFolder, reason: error.message.replace(/\.$/, '') });
  }
  return [...recordings.damaged.map((path) => ({ path, reason: 'is no recording of an answer' })), ...closed];
}
