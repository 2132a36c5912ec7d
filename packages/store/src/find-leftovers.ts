import { readdirSync } from 'node:fs';
import { listDays } from './days.ts';
import { findDayDebris, findLabDebris } from './debris.ts';
import { unless } from './disk-problem.ts';
import type { ExamineMeans } from './examine-lab.ts';
import { findRecordingDebris } from './recordings.ts';
import { listMarkers } from './run-marker.ts';
import { isGone } from './runner.ts';
import { isTemporary } from './temporary.ts';
import { findOldWork } from './work-folder.ts';

/** How many days a lab has, and all that dead processes left in it but runs; paths are relative to the lab. */
export async function findLeftovers(
  means: ExamineMeans,
): Promise<{ readonly days: number; readonly leftovers: readonly string[] }> {
  const { lab, now } = means;
  const leftovers: string[] = [];
  let days = 0;
  for await (const day of listDays(lab)) {
    days += 1;
    leftovers.push(...(await seen(() => findDayDebris(lab, day))));
  }
  const others = [findLabDebris, findRecordingDebris, () => findOldWork(lab, now), () => deadMarks(means)];
  for (const find of others) leftovers.push(...(await seen(() => find(lab))));
  return { days, leftovers };
}

/** What is found where this user may look; of what is closed nothing can be said, and that is told by itself. */
async function seen(find: () => Promise<string[]>): Promise<string[]> {
  return (await unless(['EACCES', 'EPERM'], find())) ?? [];
}

/** Whether a folder without a record holds nothing: a process died between making it and writing there. */
export function isEmptyClaim(folder: string): boolean {
  try {
    return readdirSync(folder).every(isTemporary);
  } catch {
    return false;
  }
}

async function deadMarks({ lab, self }: ExamineMeans): Promise<string[]> {
  const dead = (await listMarkers(lab)).filter(({ runner }) => isGone(runner, self));
  return dead.map(({ runId }) => `.timelab/running/${runId}`);
}
