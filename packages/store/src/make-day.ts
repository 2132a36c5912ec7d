import { join } from 'node:path';
import type { DayPlan } from '@timelab/core';
import { pointLatest } from './derived-links.ts';
import { explained } from './disk-problem.ts';
import { createFileDurable, makeFoldersDurable } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { refuseLinks } from './linked-folder.ts';

/**
 * Makes what a plan asks for and is not there yet, durably, and moves `latest`; what is there stays as it is,
 * however many do this at once. Gives the files that it made, relative to the lab. Throws Problems of the disk.
 */
export async function makeDay(lab: Lab, plan: DayPlan): Promise<string[]> {
  return explained(lab, async () => {
    for (const folder of [plan.day, ...plan.folders]) {
      await refuseLinks(lab.root, join(lab.root, folder));
      await makeFoldersDurable(lab.root, join(lab.root, folder));
    }
    const made: string[] = [];
    for (const { path, text } of plan.files) {
      if (await createFileDurable(join(lab.root, path), text)) made.push(path);
    }
    await pointLatest(lab);
    return made;
  });
}
