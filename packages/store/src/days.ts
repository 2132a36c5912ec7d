import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DayPath, isDay } from '@timelab/core';
import { unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';

/** The days of a lab, newest first; folders are looked into only as far as the days are asked for. */
export async function* listDays(lab: Lab): AsyncGenerator<DayPath> {
  for (const year of await numbered(lab, '', /^\d{4}$/)) {
    for (const month of await numbered(lab, year, /^\d{2}$/)) {
      yield* (await numbered(lab, month, /^\d{2}$/)).filter(isDay);
    }
  }
}

/** The folders with such names, relative to the lab, last first; links are not followed. */
async function numbered(lab: Lab, parent: string, pattern: RegExp): Promise<string[]> {
  const entries = await unless(['ENOENT'], readdir(join(lab.root, parent), { withFileTypes: true }));
  return (entries ?? [])
    .filter((entry) => entry.isDirectory() && pattern.test(entry.name))
    .map((entry) => (parent === '' ? entry.name : `${parent}/${entry.name}`))
    .sort()
    .reverse();
}
