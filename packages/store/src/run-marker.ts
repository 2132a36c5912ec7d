import { mkdir, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runner } from '@timelab/core';
import { naming, unless } from './disk-problem.ts';
import { syncFolder } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { refuseLinks } from './linked-folder.ts';
import { makeOwnFolder } from './own-folder.ts';
import { isRunPath } from './run-path.ts';

/**
 * What stands in `.timelab/running` for each run from before its folder is claimed until it is acknowledged, so
 * that finding the runs that died needs no look at the finished ones. It is a symbolic link named by the run id
 * whose target is a text, as Emacs does for its locks: one system call makes it, whole or not at all.
 */
export interface RunMarker {
  readonly runId: string;
  readonly runner: Runner;
  /** The run folder, relative to the lab. */
  readonly path: string;
}

/** Marks a run as being at work; says false where a run of the same id is already marked. */
export async function placeMarker(lab: Lab, marker: RunMarker): Promise<boolean> {
  await refuseLinkedMarkers(lab);
  const mark = join(markerFolder(lab), marker.runId);
  // The system's own words on a link that it refuses name the target, which is no place here.
  const place = naming(mark, () => symlink(formatMarker(marker), mark).then(() => true));
  const placed = await unless(['EEXIST', 'ENOENT'], place);
  if (placed === undefined && (await makeMarkerFolder(lab))) return placeMarker(lab, marker);
  return placed === true;
}

/** Makes the marks outlast a power cut. */
export async function syncMarkers(lab: Lab): Promise<void> {
  await syncFolder(markerFolder(lab));
}

/** Takes a run's mark away; one that is gone already is as good. */
export async function removeMarker(lab: Lab, runId: string): Promise<void> {
  await unless(['ENOENT'], unlink(join(markerFolder(lab), runId)));
}

/** All marks of a lab; a mark that cannot be understood is none. */
export async function listMarkers(lab: Lab): Promise<RunMarker[]> {
  const names = (await unless(['ENOENT'], readdir(markerFolder(lab)))) ?? [];
  const markers = await Promise.all(names.map((name) => readMarker(lab, name)));
  return markers.filter((marker) => marker !== undefined);
}

/** Refuses marks that lie behind a link, where to clear one would be to clear somebody else's; throws `path_escapes`. */
export async function refuseLinkedMarkers(lab: Lab): Promise<void> {
  await refuseLinks(lab.root, markerFolder(lab));
}

function markerFolder(lab: Lab): string {
  return join(lab.root, '.timelab', 'running');
}

/** Says whether it made the folder: if it was there, a mark failed for another reason. */
async function makeMarkerFolder(lab: Lab): Promise<boolean> {
  await makeOwnFolder(lab);
  const made = await unless(
    ['EEXIST'],
    mkdir(markerFolder(lab)).then(() => true),
  );
  return made === true;
}

async function readMarker(lab: Lab, runId: string): Promise<RunMarker | undefined> {
  const target = await unless(['ENOENT', 'EINVAL'], readlink(join(markerFolder(lab), runId)));
  return target === undefined ? undefined : parseMarker(runId, target);
}

const unknown = '-';

function formatMarker({ runner, path }: RunMarker): string {
  return [runner.host, runner.pid, runner.started ?? unknown, runner.boot_id ?? unknown, path].join(' ');
}

function parseMarker(runId: string, target: string): RunMarker | undefined {
  const [, host, pid, started, bootId, path = ''] = /^(\S+) ([1-9]\d*) (\S+) (\S+) (.+)$/.exec(target) ?? [];
  if (host === undefined || started === undefined || bootId === undefined || !isRunPath(path)) {
    return undefined;
  }
  const known = {
    ...(started === unknown ? {} : { started }),
    ...(bootId === unknown ? {} : { boot_id: bootId }),
  };
  return { runId, runner: { host, pid: Number(pid), ...known }, path };
}
