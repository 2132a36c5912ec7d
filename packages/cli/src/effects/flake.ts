import { readFile } from 'node:fs/promises';
import { type Manifest, Problem } from '@timelab/core';
import type { World } from '../world.ts';

/**
 * The flake that this timelab was built from, its revision and the hashes of its sources and inputs, as the package
 * left it in the file that TIMELAB_FLAKE names; undefined for a timelab that no flake built. Throws `usage`.
 */
export async function readFlake({ env }: World): Promise<Manifest['flake']> {
  const file = env['TIMELAB_FLAKE'] ?? '';
  if (file === '') return undefined;
  const facts: unknown = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  if (typeof facts === 'object' && facts !== null && !Array.isArray(facts)) return facts as Manifest['flake'];
  throw new Problem('usage', `TIMELAB_FLAKE names ${JSON.stringify(file)}, which holds no JSON object.`, {
    hint: "The flake's own package sets it; unset it otherwise.",
  });
}
