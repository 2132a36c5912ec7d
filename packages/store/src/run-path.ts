import { posix } from 'node:path';
import {
  type DayPath,
  dayOf,
  type Fault,
  isDay,
  isInstant,
  type Manifest,
  type RunPlace,
  runFolderName,
  runPlaces,
} from '@timelab/core';

/** Where a run lies, relative to the lab: its day, its place in the day, its folder. */
export function runPath(place: RunPlace, manifest: Manifest): string {
  const { timestamp_start: start, task, run_id: id } = manifest;
  return `${dayOf(new Date(start))}/${place}/${runFolderName(start, task.name, id)}`;
}

/** The place that a run's path lies in, relative to the lab. */
export function placeOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** The day that a path in the lab lies in. */
export function dayOfPath(path: string): DayPath {
  return path.slice(0, 'YYYY/MM/DD'.length);
}

/** Whether the last part of a path is a name that a run's folder could have. */
export function isRunFolderName(path: string): boolean {
  return /^\d{6}Z_[^/]+_[0-9a-f]{8}$/.test(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether a path is one where a run of a lab can lie; no other may be acted on, whoever wrote it down. */
export function isRunPath(path: string): boolean {
  const day = dayOfPath(path);
  const places = Object.values(runPlaces).map((place) => `${day}/${place}`);
  return isDay(day) && places.includes(posix.dirname(path)) && isRunFolderName(path);
}

/** What is wrong about the place of a run: a copied or renamed folder would list one run twice, or under another name. */
export function placeFaults(path: string, manifest: Manifest): Fault[] {
  if (!isInstant(manifest.timestamp_start)) {
    return [{ pointer: '/timestamp_start', reason: 'is no instant that a lab can have' }];
  }
  const expected = runPath(path.split('/').slice(3, 5).join('/') as RunPlace, manifest);
  if (expected !== path) {
    return [{ pointer: '', reason: `is the record of ${expected}; its folder was copied or renamed` }];
  }
  return /\p{Cc}/u.test(path) ? [{ pointer: '/task/name', reason: 'holds control characters' }] : [];
}
