import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ManifestReading, manifestLimits, readManifest } from '@timelab/core';
import { isSystemError, reasonOf } from './disk-problem.ts';

// O_NONBLOCK, so that a named pipe cannot hold us up for ever; O_NOFOLLOW, because a record is no link.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Reads the manifest in a run folder, or what is wrong with it; undefined where there is none. Without promises:
 * over tens of thousands of runs their cost is most of the time.
 */
export function readRun(folder: string): ManifestReading | undefined {
  try {
    return readOpened(openSync(join(folder, 'run.json'), flags));
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    // These say nothing about the manifest: it would be there a moment later.
    if (isSystemError(error, 'EMFILE', 'ENFILE')) throw error;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { faults: [{ pointer: '', reason: `cannot be read: ${reason}` }] };
  }
}

function readOpened(descriptor: number): ManifestReading {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { faults: [{ pointer: '', reason: 'is not a file' }] };
    if (stats.size <= manifestLimits.bytes) return readManifest(readFileSync(descriptor));
    return {
      faults: [
        { pointer: '', reason: `is ${stats.size} bytes long; at most ${manifestLimits.bytes} are read` },
      ],
    };
  } finally {
    closeSync(descriptor);
  }
}
