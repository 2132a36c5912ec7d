import {
  type Fault,
  faultAt,
  faultsWithin,
  isDay,
  isInstant,
  type Manifest,
  newerFault,
  type RecordFault,
  type Runner,
  runFolderName,
  runPlace,
} from '@timelab/core';
import { toProblem } from './disk-problem.ts';
import type { Pause } from './file-digest.ts';
import type { NamedRun } from './find-run.ts';
import type { Lab } from './lab.ts';
import { listMarkers } from './run-marker.ts';
import { runPath } from './run-path.ts';
import { isGone } from './runner.ts';
import type { DerivedState } from './verify-derived.ts';
import { verifyFiles } from './verify-files.ts';
import { recordingFaults } from './verify-recordings.ts';

/** What a run came to beside its record. */
export interface RunVerdict {
  readonly faults: readonly RecordFault[];
  /** What a reader should know that is no fault, such as that the run is at work. */
  readonly notes: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

/** What a run is held against besides its own folder. */
export interface VerifyMeans {
  readonly lab: Lab;
  readonly self: Runner;
  readonly derived: DerivedState;
  readonly pause: Pause;
}

/**
 * Derives all that a run's record says from the bytes on disk and tells every difference: the record itself, its
 * files, its place, the ledgers and links that lead to it. Changes nothing, settles nothing. Throws Problems of the disk.
 */
export async function verifyRun(means: VerifyMeans, run: NamedRun): Promise<RunVerdict> {
  const { reading } = run;
  if ('faults' in reading)
    return verdict(reading.faults.map((one) => asRecordFault(one, reading.unreadable === true)));
  const { manifest, newer } = reading;
  const notes = newer === undefined ? [] : [`schema_version ${newerFault(newer).reason}`];
  // Of a later version's fields it is not known here how they go together.
  const within = faultsWithin(manifest).filter(
    ({ kind }) => newer === undefined || kind === 'run_id_mismatch',
  );
  const place = inLab(run) ? placeFaults(run.path, manifest) : [];
  if (manifest.status === 'running') return atWork(means, manifest, [...within, ...place], notes);
  try {
    const files = await verifyFiles(run.folder, manifest, newer === undefined, means.pause);
    const derived = inLab(run) && place.length === 0 ? await derivedFaults(means, run.path, manifest) : [];
    const kept = inLab(run) ? await recordingFaults(means.lab, manifest) : [];
    const faults = [...within, ...place, ...files.faults, ...kept, ...derived];
    return { ...files, faults, notes: inLab(run) ? notes : [...notes, outside] };
  } catch (error) {
    throw toProblem(means.lab, error);
  }
}

const outside = 'It lies outside of the lab: ledgers and links have nothing to say of it.';

/** Whether a run lies in the lab; the path of one that does not is absolute. */
const inLab = ({ path }: NamedRun) => !path.startsWith('/');

function verdict(faults: readonly RecordFault[], notes: readonly string[] = []): RunVerdict {
  return { faults, notes, files: 0, bytes: 0 };
}

function asRecordFault({ pointer, reason }: Fault, unreadable: boolean): RecordFault {
  if (unreadable) return faultAt('unreadable', 'run.json', reason);
  if (pointer === '' && reason === 'is not there') return faultAt('manifest_missing', 'run.json', reason);
  return faultAt('manifest_invalid', pointer === '' ? 'run.json' : `run.json#${pointer}`, reason);
}

function placeFaults(path: string, manifest: Manifest): RecordFault[] {
  if (isAtPlace(path, manifest)) return [];
  if (!isInstant(manifest.timestamp_start))
    return [faultAt('place_mismatch', 'run.json#/timestamp_start', 'is no instant that a lab can have')];
  const due = runPath(runPlace(manifest.task.kind), manifest);
  if (due === path) return [];
  return [faultAt('place_mismatch', path, `is the record of ${due}; its folder was copied or renamed`)];
}

/** Whether a run lies where it has to, without all that it takes to say where that is. */
function isAtPlace(path: string, { timestamp_start: start, task, run_id: id }: Manifest): boolean {
  const day = start.slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '/');
  const due = `${day}/${runPlace(task.kind)}/${runFolderName(start, task.name, id)}`;
  return path === due && isDay(day);
}

/** A run that says it is running has no digests yet; what can be known is whether anybody is still at it. */
function atWork(
  { self }: VerifyMeans,
  { runner }: Manifest,
  faults: readonly RecordFault[],
  notes: readonly string[],
): RunVerdict {
  if (runner !== undefined && runner.host !== self.host)
    return verdict(faults, [...notes, 'It is at work on another host, as far as is known.']);
  if (runner !== undefined && !isGone(runner, self)) return verdict(faults, [...notes, 'It is at work.']);
  const detail = 'the process has ended; `timelab sync` settles the run';
  return verdict([...faults, faultAt('unsettled', 'run.json#/status', detail)], notes);
}

async function derivedFaults(means: VerifyMeans, path: string, manifest: Manifest): Promise<RecordFault[]> {
  const faults = await means.derived.faultsOf({ path, manifest });
  if (faults.length === 0) return [];
  // A run that has ended and is not acknowledged yet has its rows and links made just now.
  const marked = await listMarkers(means.lab);
  return marked.some(({ runId }) => runId === manifest.run_id) ? [] : faults;
}
