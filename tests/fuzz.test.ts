import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawFrom, mutated } from './fuzz/mutate.ts';
import { program, repository, temporaryFolder } from './rig.ts';

/** Runs `npm run fuzz`, with what it finds kept in a folder of the test's own. */
async function fuzz(into: string, ...args: readonly string[]) {
  return await program('node', ['scripts/fuzz.mjs', '--into', into, ...args], { cwd: repository });
}

describe('fuzzing', () => {
  test('makes the same inputs of the same seed, and others of another', () => {
    const corpus = [Buffer.from('{"a": 1}'), Buffer.from('[]')];
    const made = (seed: number) => mutated(seed, corpus, ['x', '"y"']).toString('hex');
    const seeds = Array.from({ length: 500 }, (_, at) => at);
    expect(seeds.map(made)).toEqual(seeds.map(made));
    expect(new Set(seeds.map(made)).size).toBeGreaterThan(350);
    const draw = drawFrom(1);
    const drawn = Array.from({ length: 1000 }, () => draw(10));
    expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });

  test('finds a planted fault, keeps the input, and reads it again', async () => {
    const into = await temporaryFolder();
    const found = await fuzz(into, '--minutes', '0.1', '--target', 'planted', '--seed', '7');
    expect(found.code).toBe(1);
    expect(found.stdout).toContain('it cannot be so deep');
    const [file = ''] = (await readdir(into)).filter((name) => name.startsWith('planted-'));
    expect(found.stdout).toContain(`npm run fuzz -- --replay ${join(into, file)}`);
    expect(await readFile(join(into, file), 'utf8')).toContain('[[[');
    const again = await fuzz(into, '--replay', join(into, file));
    expect([again.code, again.stdout]).toEqual([1, expect.stringContaining('it cannot be so deep')]);
  });

  test('for a few seconds finds nothing in any reader', async () => {
    // Of one seed: what another finds is for `npm run fuzz`, which draws one each time.
    const ran = await fuzz(await temporaryFolder(), '--minutes', '0.2', '--seed', '20251015');
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/^spec: [1-9]\d* inputs/m)]);
  });
});
