import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { cloneOfRepository } from './clone.ts';
import { binary, program, repository, temporaryFolder, timelab } from './rig.ts';

async function build(folder: string): Promise<Buffer[]> {
  const ran = await program(process.execPath, ['scripts/build.mjs'], { cwd: folder });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const files = ['timelab.mjs', 'third-party-licenses.txt'];
  return await Promise.all(files.map((name) => readFile(join(folder, 'packages/cli/dist', name))));
}

describe('the bundle', () => {
  test('has the same bytes when it is built in another folder', async () => {
    const first = await build(await cloneOfRepository('one'));
    const second = await build(await cloneOfRepository('the other, further away'));
    expect(first.map((bytes) => bytes.length)).toEqual(second.map((bytes) => bytes.length));
    expect(first.every((bytes, index) => bytes.equals(second[index] ?? Buffer.alloc(0)))).toBe(true);
  });

  test('is one file that can be run, and names no folder of the machine it was built on', async () => {
    const text = await readFile(binary, 'utf8');
    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect((await stat(binary)).mode & 0o111).toBe(0o111);
    expect(text).not.toContain(repository);
  });

  test('imports nothing at its start: it stands alone, and loads what it needs when it needs it', async () => {
    const { metafile } = await esbuild({
      entryPoints: [binary],
      bundle: true,
      packages: 'external',
      format: 'esm',
      write: false,
      metafile: true,
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    expect(imports).toEqual([]);
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

const otherNodes = (process.env['TIMELAB_TEST_NODES'] ?? '').split(':').filter((path) => path !== '');

describe('the bundle on other versions of Node', () => {
  if (otherNodes.length === 0) {
    test('makes a lab', (context) => {
      context.skip('no other Node; set TIMELAB_TEST_NODES to paths of node binaries, joined by ":"');
    });
  }

  test.each(otherNodes)('a lab is made, a day and a spec in it, and indexed: %s', async (node) => {
    const lab = join(await temporaryFolder(), 'lab');
    expect(await timelab(['init', lab], { cwd: repository, node })).toMatchObject({ code: 0 });
    expect(await timelab(['day'], { cwd: lab, node })).toMatchObject({ code: 0 });
    const written = await timelab(['new', 'first'], { cwd: lab, node });
    expect(await timelab(['check', written.stdout.trim()], { cwd: lab, node })).toMatchObject({ code: 0 });
    expect(await timelab(['sync'], { cwd: lab, node })).toMatchObject({ code: 0 });
  });
});
