import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { faultAt, type Manifest, type RecordFault } from '@timelab/core';
import { unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { openRecordings, recordingPath } from './recordings.ts';

/**
 * Where recordings that a run names are damaged, or come from a run that it does not name. One that is not there is no
 * fault: they may be deleted, and the answers stand in the run itself. Throws Problems of the disk.
 */
export async function recordingFaults(
  lab: Lab,
  { run_id, model = { name: '', params: {} } }: Manifest,
): Promise<RecordFault[]> {
  const { recordings: named = [], answered_from = [] } = model;
  const names = new Set(named.filter((name) => name !== null));
  if (names.size === 0) return [];
  const recordings = openRecordings(lab, () => undefined);
  const runs = new Set([run_id, ...answered_from.map((from) => from.run_id)]);
  const faults: RecordFault[] = [];
  for (const name of names) {
    const path = recordingPath(name);
    const say = (detail: string) => faults.push(faultAt('recordings_mismatch', path, detail));
    const stats = await unless(['ENOENT', 'ENOTDIR'], lstat(join(lab.root, path)));
    if (stats === undefined) continue;
    const recording = await recordings.read(name);
    if (recording === undefined) say('is no recording of an answer');
    else if (!runs.has(recording.run.run_id)) say(`is of the run ${recording.run.run_id.slice(0, 12)}`);
  }
  return faults;
}
