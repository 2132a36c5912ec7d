import { closeSync, constants, existsSync, lstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManifestReading, manifestLimits, readManifest } from '@timelab/core';
import { isSystemError, reasonOf } from './disk-problem.ts';

// O_NONBLOCK, so that a named pipe cannot hold us up for ever; O_NOFOLLOW, because a record is no link.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** What nearly all manifests are shorter than, in bytes: those are read without asking for their size first. */
const USUAL_SIZE = 16_384;

/** What is read of a run folder that holds no run.json, where that is to be told. */
export const noRecord: ManifestReading = { faults: [{ pointer: '', reason: 'is not there' }] };

/** Reads the manifest in a run folder, or what is wrong with it; undefined where there is none. */
export async function readRun(folder: string): Promise<ManifestReading | undefined> {
  try {
    return await readOpened(await open(join(folder, 'run.json'), flags));
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    // These say nothing about the manifest: it could be read a moment later.
    if (isSystemError(error, 'EMFILE', 'ENFILE')) throw error;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    const faults = [{ pointer: '', reason: `cannot be read: ${reason}` }];
    return isSystemError(error, 'EACCES', 'EPERM', 'EIO') ? { faults, unreadable: true } : { faults };
  }
}

/**
 * The same by calls that wait, several times as fast where all records of a lab are read one by one; what is not a plain
 * record of the usual length is left to `readRun`.
 */
export async function readRunNow(folder: string): Promise<ManifestReading | undefined> {
  const length = readUsual(join(folder, 'run.json'));
  // The buffer is everybody's: it has to be read before anything is waited for.
  return length === undefined ? readRun(folder) : readManifest(usual.subarray(0, length));
}

/** Whether a run folder holds a record, whatever that says; where nobody may look there may be one. By a call that waits. */
export function hasRecord(folder: string): boolean {
  const path = `${folder}/run.json`;
  try {
    // The first look is three times as fast, and sees all but a link that leads nowhere and what nobody may look at.
    return existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

const usual = Buffer.allocUnsafeSlow(USUAL_SIZE);

function readUsual(path: string): number | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, flags);
    const length = readSync(file, usual, 0, USUAL_SIZE, 0);
    return length > 0 && length < USUAL_SIZE ? length : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function readOpened(handle: FileHandle): Promise<ManifestReading> {
  try {
    const start = await readStart(handle, USUAL_SIZE);
    return start.length < USUAL_SIZE ? readManifest(start) : await readLong(handle);
  } finally {
    await handle.close();
  }
}

async function readLong(handle: FileHandle): Promise<ManifestReading> {
  const stats = await handle.stat();
  if (!stats.isFile()) return fault('is not a file');
  if (stats.size <= manifestLimits.bytes) return readManifest(await readStart(handle, stats.size));
  return fault(`is ${stats.size} bytes long; at most ${manifestLimits.bytes} are read`);
}

/** One read, in one piece: manifests are only ever replaced, never changed. */
async function readStart(handle: FileHandle, size: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, 0);
  return buffer.subarray(0, bytesRead);
}

function fault(reason: string): ManifestReading {
  return { faults: [{ pointer: '', reason }] };
}
