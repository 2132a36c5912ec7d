import { chmod, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabSight, Runner } from '@timelab/core';
import { explained, unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { runModeOf } from './run-folder.ts';
import { isRunPath } from './run-path.ts';
import { sync } from './sync.ts';
import { clearOldWork } from './work-folder.ts';

/**
 * Puts right what is derived of a lab's records, what dead processes left, and the modes of run folders and of `secrets`;
 * nothing else, however often it is done and whatever else is at work. Throws Problems of the disk.
 */
export async function mendLab(
  lab: Lab,
  { modes, secrets }: Pick<LabSight, 'modes' | 'secrets'>,
  self: Runner,
  now: Date,
): Promise<void> {
  await explained(lab, async () => {
    // The modes come first: in a folder that is closed to its owner nothing can be put right.
    for (const { path } of modes) if (isRunPath(path)) await setMode(join(lab.root, path), runModeOf(lab));
    if (secrets !== undefined) await setMode(join(lab.root, 'secrets'), 0o700);
  });
  await sync(lab, self);
  await clearOldWork(lab, now);
}

/** Closes a folder to others; what is none, such as a link, which would lead elsewhere, is left as it is. */
async function setMode(folder: string, mode: number): Promise<void> {
  const stats = await unless(['ENOENT'], lstat(folder));
  if (stats?.isDirectory() === true) await chmod(folder, mode);
}
