import { readdir, rmdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatManifest, type Manifest, maskedManifest, type Runner, type RunPlace } from '@timelab/core';
import { explained, unless } from './disk-problem.ts';
import { makeFoldersDurable, syncFolder, writeFileDurable } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { refuseLinks } from './linked-folder.ts';
import { makeRunFolder, openRunFolder, type RunFolder } from './run-folder.ts';
import { placeMarker, removeMarker, syncMarkers } from './run-marker.ts';
import { runPath } from './run-path.ts';

/** What tells the time; a clock that is set, as for fixtures, may stand still. */
export interface Clock {
  now(): Date;
}

/** A run that is about to begin: which place of its day it belongs to, and its manifest as far as it is known. */
export interface RunDraft {
  readonly section: RunPlace;
  /** With status `running`; who runs it is filled in by the claim. */
  readonly manifest: Manifest;
}

/**
 * Claims a folder for a new run and writes its first manifest, durably. Where the folder or the run's id is
 * taken, the next millisecond is waited for and the draft is asked for again. Throws Problems of the disk; a
 * claim that fails half-way is settled by the next command.
 */
export async function claimRun(
  lab: Lab,
  draft: (start: Date) => RunDraft,
  clock: Clock,
  proc: Runner,
): Promise<RunFolder> {
  return explained(lab, async () => {
    for (let start = clock.now(); ; start = await laterThan(start, clock)) {
      const run = await tryClaim(lab, draft(start), proc);
      if (run !== undefined) return run;
    }
  });
}

async function laterThan(start: Date, clock: Clock): Promise<Date> {
  await sleep(1);
  const now = clock.now();
  // A clock that is set stands still: there a step of one millisecond is the next instant.
  return now > start ? now : new Date(start.getTime() + 1);
}

async function tryClaim(lab: Lab, draft: RunDraft, proc: Runner): Promise<RunFolder | undefined> {
  const whole: Manifest = { ...draft.manifest, status: 'running', runner: proc };
  const manifest = lab.mask === undefined ? whole : maskedManifest(lab.mask, whole);
  const path = runPath(draft.section, manifest);
  const runId = manifest.run_id;
  await refuseLinks(lab.root, dirname(join(lab.root, path)));
  // The mark goes first, so that whatever kills this process finds its claim marked.
  if (!(await placeMarker(lab, { runId, runner: proc, path }))) return undefined;
  if (!(await claimFolder(lab, path, manifest))) {
    await removeMarker(lab, runId);
    return undefined;
  }
  await Promise.all([syncFolder(dirname(join(lab.root, path))), syncMarkers(lab)]);
  return openRunFolder(lab, path, manifest);
}

/** Says false where the folder, or another one of the same run id, is taken. */
async function claimFolder(lab: Lab, path: string, manifest: Manifest): Promise<boolean> {
  const folder = join(lab.root, path);
  if (!(await takeFolder(lab, folder))) return false;
  if ((await isAlone(folder)) && (await writeFirstManifest(folder, manifest))) return true;
  await unless(['ENOENT'], rmdir(folder));
  return false;
}

async function takeFolder(lab: Lab, folder: string): Promise<boolean> {
  const make = () => makeRunFolder(lab, folder).then(() => true);
  const made = await unless(
    ['EEXIST'],
    unless(['ENOENT'], make()).then((done) => done ?? 'no parent'),
  );
  if (made !== 'no parent') return made === true;
  await makeFoldersDurable(lab.root, dirname(folder));
  return (await unless(['EEXIST'], make())) === true;
}

/** Whether no other run of the day has the same start, to the second, and the same id, to the 8th digit. */
async function isAlone(folder: string): Promise<boolean> {
  const own = posix.basename(folder);
  const names = await readdir(dirname(folder));
  return !names.some(
    (name) => name !== own && name.slice(0, 8) === own.slice(0, 8) && name.slice(-9) === own.slice(-9),
  );
}

/** Says false where the folder was taken for one that a dead process left, and removed, before it held a file. */
async function writeFirstManifest(folder: string, manifest: Manifest): Promise<boolean> {
  const written = writeFileDurable(join(folder, 'run.json'), formatManifest(manifest)).then(() => true);
  return (await unless(['ENOENT'], written)) === true;
}
