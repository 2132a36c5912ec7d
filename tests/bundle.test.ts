import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { cloneOfRepository } from './clone.ts';
import { binary, program, repository } from './rig.ts';
import { snapshot } from './snapshot.ts';

const dist = dirname(binary);

/** Modules of Node's that cost next to nothing, as it has them, or what they consist of, before it runs any program. */
const loadedAnyway = new Set([
  'buffer',
  'events',
  'fs',
  'fs/promises',
  'os',
  'path',
  'timers/promises',
  'url',
  'util',
]);

/** Builds in a clone, and gives the digest of each file that it made. */
async function build(folder: string): Promise<Readonly<Record<string, string>>> {
  const ran = await program(process.execPath, ['scripts/build.mjs'], { cwd: folder });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return await snapshot(join(folder, 'packages/cli/dist'));
}

describe('the bundle', () => {
  test('has the same bytes when it is built in another folder', async () => {
    const first = await build(await cloneOfRepository('one'));
    const second = await build(await cloneOfRepository('the other, further away'));
    expect(first).toEqual(second);
  });

  test('can be run, and names no folder of the machine it was built on', async () => {
    expect(await readFile(binary, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect((await stat(binary)).mode & 0o111).toBe(0o111);
    const parts = await readdir(dist, { recursive: true });
    const files = parts.filter((name) => name.endsWith('.mjs')).map((name) => join(dist, name));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) expect(await readFile(file, 'utf8'), file).not.toContain(repository);
  });

  test('imports nothing but its own parts and what Node has loaded anyway: the rest it loads when it needs it', async () => {
    const { metafile } = await esbuild({
      entryPoints: [binary],
      bundle: true,
      packages: 'external',
      format: 'esm',
      write: false,
      metafile: true,
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    const asked = (wanted: string) =>
      new Set(imports.flatMap(({ kind, path }) => (kind === wanted ? [path.replace('node:', '')] : [])));
    expect(
      imports.map(({ kind }) => kind).filter((kind) => !/^(import-statement|dynamic-import)$/.test(kind)),
    ).toEqual([]);
    expect([...asked('dynamic-import')].sort()).toEqual(['http', 'https']);
    expect([...asked('import-statement')].filter((path) => !loadedAnyway.has(path))).toEqual([]);
  });

  test('reads little to say its version: neither schemas nor commands', async () => {
    const text = await readFile(binary, 'utf8');
    const parts = [...text.matchAll(/from"\.\/(parts\/[^"]+)"/g)].map((match) => join(dist, match[1] ?? ''));
    const sizes = await Promise.all(parts.map(async (part) => (await stat(part)).size));
    expect(parts.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, text.length)).toBeLessThan(100_000);
  });

  test('is built anew beside parts that a command at work may still load; those of another day go', async () => {
    const clone = await cloneOfRepository('again');
    await build(clone);
    const parts = join(clone, 'packages/cli/dist/parts');
    const [fresh, stale] = [join(parts, 'fresh.mjs'), join(parts, 'stale.mjs')];
    for (const path of [fresh, stale]) await writeFile(path, '');
    const before = new Date(Date.now() - 48 * 60 * 60 * 1000);
    await utimes(stale, before, before);
    const names = Object.keys(await build(clone));
    expect(names.filter((name) => /(fresh|stale)\.mjs/.test(name))).toEqual(['parts/fresh.mjs']);
  });

  test('comes with the licences of all that is in it', async () => {
    const text = await readFile(join(repository, 'packages/cli/dist/third-party-licenses.txt'), 'utf8');
    for (const name of ['ajv', 'commander', 'zod']) expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(text).not.toMatch(/^License: undefined$/m);
  });

  test('runs through a link, as the one in node_modules/.bin', async () => {
    const { version } = JSON.parse(await readFile(join(repository, 'packages/cli/package.json'), 'utf8'));
    const linked = join(repository, 'node_modules/.bin/timelab');
    expect(await program(linked, ['--version'], { cwd: repository })).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    });
  });
});
