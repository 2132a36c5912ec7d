import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, Problem, problemKinds, type Runner } from '@timelab/core';
import { explained, unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { ensureRow } from './ledger-file.ts';
import { refuseLinks } from './linked-folder.ts';
import { makeOwnFolder } from './own-folder.ts';
import { publishRun } from './publish-run.ts';
import { readRun } from './read-run.ts';
import { digestFiles } from './run-files.ts';
import { writeLastManifest } from './run-folder.ts';
import { listMarkers, type RunMarker, refuseLinkedMarkers, removeMarker } from './run-marker.ts';
import { isGone } from './runner.ts';
import { clearTemporaries } from './temporary.ts';

/** A run that was `running` though its process had ended, and is `cancelled` now. */
export interface Settled {
  readonly runId: string;
  /** The run folder, relative to the lab. */
  readonly path: string;
}

/**
 * Ends the runs whose processes have died, so that none is `running` for ever: every command that writes does so
 * first. Only marked runs are looked at, however many there are; `sync` finds the others. Runs of other hosts,
 * and those that this user may not write, are left to who may. Throws `path_escapes` where timelab's own folder in the lab
 * is a link.
 */
export async function settle(lab: Lab, proc: Runner): Promise<Settled[]> {
  return explained(lab, async () => {
    await refuseLinkedMarkers(lab);
    const settled: Settled[] = [];
    for (const marker of await listMarkers(lab)) {
      if (!isGone(marker.runner, proc)) continue;
      const interrupted = await whereAllowed(lab, () => settleMarked(lab, marker, proc));
      if (interrupted === true) settled.push({ runId: marker.runId, path: marker.path });
    }
    return settled;
  });
}

/** Ends one run whose process has died: `cancelled`, `interrupted`, with the digests of what it had written. */
export async function interruptRun(lab: Lab, path: string, manifest: Manifest): Promise<Manifest> {
  const folder = join(lab.root, path);
  const error = {
    code: problemKinds.interrupted.exitCode,
    kind: 'interrupted' as const,
    message: 'The process of this run ended before the run did.',
    hint: problemKinds.interrupted.hint,
  };
  // When it ended nobody knows: timestamp_end stays null.
  const last: Manifest = { ...manifest, status: 'cancelled', error };
  const digests = await digestFiles(folder, manifest);
  // Not by way of a file in the run: where several processes settle it and one is killed, nobody would look there again.
  const staging = await makeOwnFolder(lab);
  return writeLastManifest(folder, last, digests, staging);
}

async function settleMarked(lab: Lab, marker: RunMarker, proc: Runner): Promise<boolean> {
  const folder = join(lab.root, marker.path);
  await refuseLinks(lab.root, folder);
  const reading = await readRun(folder);
  if (reading === undefined) await clearHalfClaim(folder);
  // What a later timelab has written is left to it: written back from here it would lose what is not known here.
  if (reading !== undefined && 'manifest' in reading && reading.newer !== undefined) return false;
  const found = reading !== undefined && 'manifest' in reading ? reading.manifest : undefined;
  // Another run may have got the folder that this one was killed before claiming.
  const own = found?.run_id === marker.runId ? found : undefined;
  const dead = own?.status === 'running' && (own.runner === undefined || isGone(own.runner, proc));
  if (own !== undefined) {
    const manifest = dead ? await interruptRun(lab, marker.path, own) : own;
    if (manifest.status !== 'running') await publishRun(lab, { path: marker.path, manifest }, ensureRow);
  }
  await removeMarker(lab, marker.runId);
  return dead;
}

async function clearHalfClaim(folder: string): Promise<void> {
  await clearTemporaries(folder);
  // Only an empty folder can be removed so: if a run has just claimed it and lost it here, it claims another.
  await unless(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'], rmdir(folder));
}

/** Does work on a run that this user may not be allowed to change, or that lies behind a link; undefined where that is so. */
export async function whereAllowed<T>(lab: Lab, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await explained(lab, work);
  } catch (error) {
    if (error instanceof Problem && ['read_only', 'path_escapes'].includes(error.kind)) return undefined;
    throw error;
  }
}
