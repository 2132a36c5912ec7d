import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MinedWorld, minedWorld } from './mined-history.ts';
import { mined, outputOf } from './mining.ts';
import { faultsBySchema } from './published-schema.ts';
import { copyLab, program, put, repository, temporaryFolder, timelab } from './rig.ts';
import { onlyRun, runsOf } from './runs.ts';
import { snapshot } from './snapshot.ts';

let world: MinedWorld;
let lab: string;

beforeAll(async () => {
  world = await minedWorld(60);
  await program('cp', ['-a', world.lab, join(world.root, 'empty')], { cwd: '/' });
});
afterAll(async () => await world.remove());

beforeEach(async () => {
  lab = await copyLab(join(world.root, 'empty'));
});

const call = (...more: string[]) => ['mine', '--repo', world.repository, '--limit', '1000', ...more];
const real = join(repository, 'tools/rust_extractor/target/release/rust_extractor');

/** A program of a few lines of shell that stands where a helper program should. */
async function script(text: string): Promise<string> {
  const path = await put(await temporaryFolder(), 'tool', `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A rust_extractor that says its version as the real one does, and works as the text says. */
const extractor = async (text: string) =>
  await script(`[ "$1" = --version ] && exec '${real}' "$@"\n${text}`);

describe('without a helper program nothing is claimed', () => {
  test.each([
    ['/nonexistent', 'TIMELAB_RUST_EXTRACTOR is "/nonexistent", which is no program.'],
    ['.', 'TIMELAB_RUST_EXTRACTOR is ".", which is no program.'],
  ])('rust_extractor is %s', async (place, words) => {
    const before = await snapshot(lab);
    const ran = await timelab(call(), { cwd: lab, env: { TIMELAB_RUST_EXTRACTOR: place } });
    expect(ran).toMatchObject({ code: 70, stdout: '' });
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).toContain('npm run setup');
    expect(await snapshot(lab)).toEqual(before);
  });

  test.each(['echo "some other program 1.0"', 'exit 1', 'kill -9 $$'])(
    'rust_extractor is something else: %s',
    async (text) => {
      const before = await snapshot(lab);
      const env = { TIMELAB_RUST_EXTRACTOR: await script(text) };
      const ran = await timelab(call(), { cwd: lab, env });
      expect(ran).toMatchObject({ code: 70, stdout: '' });
      expect(ran.stderr).toContain('does not say that it is rust_extractor');
      expect(await snapshot(lab)).toEqual(before);
    },
  );

  test('there is no git', async () => {
    const env = { PATH: await temporaryFolder() };
    const ran = await timelab(call(), { cwd: lab, env });
    expect(ran).toMatchObject({ code: 70, stdout: '' });
    expect(ran.stderr).toContain('There is no git on the PATH');
    expect(await runsOf(lab)).toEqual([]);
  });
});

describe('a helper program that fails makes the run an error, with nothing half-written', () => {
  const half = `'${real}' "$@" | head -c 20000`;

  test.each<[name: string, tool: 'RUST_EXTRACTOR' | 'PY_POST', text: string, kind: string, words: RegExp]>([
    [
      'rust_extractor fails at once',
      'RUST_EXTRACTOR',
      'echo "error: broken" >&2; exit 70',
      'tool_failed',
      /rust_extractor: broken/,
    ],
    [
      'rust_extractor finds the repository bad',
      'RUST_EXTRACTOR',
      'echo "error: a blob is missing" >&2; exit 65',
      'repository_invalid',
      /a blob is missing/,
    ],
    ['rust_extractor is killed', 'RUST_EXTRACTOR', 'kill -9 $$', 'tool_failed', /a signal ended it/],
    [
      'rust_extractor ends early, without words',
      'RUST_EXTRACTOR',
      `${half}; exit 3`,
      'tool_failed',
      /it ended with exit code 3/,
    ],
    [
      'rust_extractor ends early, as if all were well',
      'RUST_EXTRACTOR',
      `'${real}' "$@" | head -n 30`,
      'tool_failed',
      /rust_extractor.*30 of 66/,
    ],
    [
      'rust_extractor is cut off within a record',
      'RUST_EXTRACTOR',
      half,
      'tool_failed',
      /rust_extractor|py_post/,
    ],
    [
      'rust_extractor prints garbage',
      'RUST_EXTRACTOR',
      'cat > /dev/null; echo "no record"',
      'tool_failed',
      /rust_extractor|py_post/,
    ],
    [
      'the disk is full for rust_extractor',
      'RUST_EXTRACTOR',
      'echo "error: cannot write x: No space left on device (os error 28)" >&2; exit 70',
      'disk_full',
      /the disk is full/,
    ],
    [
      'py_post fails at once',
      'PY_POST',
      'echo "py_post: broken" >&2; exit 70',
      'tool_failed',
      /py_post: broken/,
    ],
    [
      'py_post fails at the end',
      'PY_POST',
      'cat > /dev/null; echo "py_post: broken late" >&2; exit 70',
      'tool_failed',
      /py_post: broken late/,
    ],
    [
      'py_post finds a record bad',
      'PY_POST',
      'cat > /dev/null; echo "py_post: line 3 is bad" >&2; exit 65',
      'tool_failed',
      /py_post: line 3 is bad/,
    ],
    [
      'py_post is killed',
      'PY_POST',
      'head -c 1000 > /dev/null; kill -9 $$',
      'tool_failed',
      /py_post: a signal ended it/,
    ],
    ['py_post ends at once, as if all were well', 'PY_POST', 'exit 0', 'tool_failed', /py_post/],
    ['py_post reads all and reports nothing', 'PY_POST', 'cat > /dev/null', 'tool_failed', /py_post/],
    ['py_post reports garbage', 'PY_POST', 'cat > /dev/null; echo "done!"', 'tool_failed', /py_post/],
    ['py_post is not there', 'PY_POST', '', 'tool_missing', /TIMELAB_PY_POST is ".*", which is no program/],
  ])('%s', async (_name, tool, text, kind, words) => {
    const path =
      text === '' ? '/nonexistent' : tool === 'PY_POST' ? await script(text) : await extractor(text);
    // The real one is not shown to a script that is fenced.
    const open = text.includes(real) ? { TIMELAB_ISOLATION: 'none' } : {};
    const ran = await timelab(call(), { cwd: lab, env: { [`TIMELAB_${tool}`]: path, ...open } });
    expect(ran.stderr).toMatch(words);
    expect(ran.stderr).not.toMatch(/^\s+at |Bug in timelab/m);
    expect(ran.code).toBe(kind === 'repository_invalid' ? 65 : 70);
    const { folder, manifest } = await onlyRun(lab);
    expect(manifest).toMatchObject({ status: 'error', error: { kind } });
    expect(faultsBySchema('run', manifest)).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['input', 'logs', 'run.json']);
    // What there is goes on to be used, or is mined anew, and comes to the same.
    const next = await mined(lab, call());
    expect(await outputOf(next)).toEqual(await reference());
  });

  test('py_post fails again over what an interrupted run has left', async () => {
    const env = {
      TIMELAB_PY_POST: await script('head -c 1000 > /dev/null; echo "py_post: broken" >&2; exit 70'),
    };
    for (let at = 0; at < 2; at += 1) {
      const ran = await timelab(call(), { cwd: lab, env });
      expect(ran.code).toBe(70);
      expect(ran.stderr).toContain('py_post: broken');
    }
    expect(await outputOf(await mined(lab, call()))).toEqual(await reference());
  });
});

let known: Promise<Record<string, string>> | undefined;
/** What all is well makes. */
async function reference(): Promise<Record<string, string>> {
  known ??= mined(world.lab, call()).then(outputOf);
  return await known;
}

const canMount =
  process.getuid?.() === 0 &&
  spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs none "$d" && umount "$d" && rmdir "$d"'])
    .status === 0;

describe.skipIf(!canMount)('on a disk that is really full (needs the right to mount one)', () => {
  test.each([300, 800, 1200, 1500, 2000])('of %i KiB', async (kib) => {
    const disk = join(await temporaryFolder(), 'disk');
    await mkdir(disk);
    const mount = (...options: string[]) =>
      spawnSync('mount', ['-t', 'tmpfs', '-o', ...options, 'none', disk]);
    mount(`size=${kib}k`);
    try {
      const small = join(disk, 'lab');
      await program('cp', ['-a', join(world.root, 'empty'), small], { cwd: '/' });
      const ran = await timelab(call('--json'), { cwd: small });
      expect(ran.stderr).not.toMatch(/^\s+at |Bug in timelab/m);
      const { ok, error } = JSON.parse(ran.stdout);
      if (!ok) expect({ code: ran.code, kind: error.kind }).toEqual({ code: 70, kind: 'disk_full' });
      for (const { folder, manifest } of await runsOf(small))
        expect(existsSync(join(folder, 'output'))).toBe(manifest.status === 'ok');
      mount('remount,size=64m');
      expect(await outputOf(await mined(small, call()))).toEqual(await reference());
    } finally {
      spawnSync('umount', ['--lazy', disk]);
    }
  });
});
