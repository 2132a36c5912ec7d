import { accessSync, constants, statfsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, openLab } from '../src/index.ts';

/** A folder for many short labs; in memory where there is such a place, since a killed process leaves memory alone. */
const quickFolder = isWritable('/dev/shm') ? '/dev/shm' : tmpdir();

/** The same for a lab that takes up to 500 MB. */
export const roomyFolder = room(quickFolder) > 2 ** 30 ? quickFolder : tmpdir();

/** Does something with a new lab, which is gone afterwards. */
export async function withLab<T>(work: (lab: Lab) => Promise<T>, folder = quickFolder): Promise<T> {
  const root = await realpath(await mkdtemp(join(folder, 'timelab-lab-')));
  try {
    return await work(openLab(root));
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function room(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
