import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { specPlace } from '@timelab/core';
import { listDays } from './days.ts';
import { explained, unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';

/** The newest specs of a lab, those of the newest day first and by name, at least `most` if there are as many; relative to it. */
export async function listSpecs(lab: Lab, most: number): Promise<string[]> {
  return explained(lab, async () => {
    const specs: string[] = [];
    for await (const day of listDays(lab)) {
      const names = (await unless(['ENOENT', 'ENOTDIR'], readdir(join(lab.root, day, specPlace)))) ?? [];
      const own = names.filter((name) => name.endsWith('.json')).sort();
      specs.push(...own.map((name) => `${day}/${specPlace}/${name}`));
      if (specs.length >= most) break;
    }
    return specs;
  });
}
