import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type MinedWorld, minedWorld } from './mined-history.ts';
import { mined, outputOf, textOf } from './mining.ts';
import { processesOf } from './processes.ts';
import { faultsBySchema } from './published-schema.ts';
import { binary, ended, hermetic, program, put, repository, timelab } from './rig.ts';
import { onlyRun, rowsOf, runsOf } from './runs.ts';

/** Enough commits that there is a middle to be met. */
const steps = 1600;
let world: MinedWorld;
let whole: Record<string, string>;
let lab: string;
let labs = 0;

beforeAll(async () => {
  world = await minedWorld(steps);
  await program('cp', ['-a', world.lab, join(world.root, 'empty')], { cwd: '/' });
  whole = await outputOf(await mined(world.lab, call()));
});
afterAll(async () => await world.remove());

beforeEach(async () => {
  labs += 1;
  lab = join(world.root, `lab-${labs}`);
  await program('cp', ['-a', join(world.root, 'empty'), lab], { cwd: '/' });
});

const call = (...more: string[]) => ['mine', '--repo', world.repository, '--limit', '100000', ...more];

/** Starts `mine` as a shell does: at the head of a process group of its own. */
function start(args = call(), env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: lab,
    env: hermetic(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, end: ended(child) };
}

/** Waits until some records are there, and not all. */
async function untilTheMiddle(): Promise<void> {
  const work = join(lab, '.timelab/work');
  for (const end = performance.now() + 150_000; performance.now() < end; ) {
    const names = existsSync(work) ? readdirSync(work) : [];
    const streams = names.map((name) => join(work, name, 'output/commits.jsonl'));
    if (streams.some((path) => existsSync(path) && readFileSync(path).includes('\n'))) return;
    await sleep(5);
  }
  throw new Error('nothing was mined');
}

const atWork = () => processesOf(lab);

/** What a helper program that could not end in good order leaves in the work folder. */
function scratchFolders(): string[] {
  const names = readdirSync(join(lab, '.timelab/work'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(^|\/)rust_extractor-[^/]*$/.test(name));
}

async function resumedOf(run: Awaited<ReturnType<typeof mined>>): Promise<number> {
  const lines = (await textOf(run, 'logs/log.jsonl')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line)).find(({ event }) => event === 'extracted').resumed;
}

describe('ended in the middle, a run is cancelled and has no half of its output', () => {
  test.each<[name: string, signal: NodeJS.Signals, group: boolean]>([
    ['by Ctrl-C, which all of the group get', 'SIGINT', true],
    ['by SIGINT alone', 'SIGINT', false],
    ['by SIGTERM', 'SIGTERM', false],
    ['by SIGTERM to the group', 'SIGTERM', true],
  ])('%s; and the next goes on', async (_name, signal, group) => {
    const { child, end } = start();
    await untilTheMiddle();
    process.kill((child.pid ?? 0) * (group ? -1 : 1), signal);
    const ran = await end;
    expect(atWork()).toEqual([]);
    expect({ signal: ran.signal, code: ran.code }).toEqual({ signal, code: null });
    expect(ran.stderr).toContain(`Run was interrupted: ${signal} ended the run`);
    expect(ran.stderr).not.toMatch(/^\s+at /m);
    const { folder, manifest } = await onlyRun(lab);
    expect(manifest).toMatchObject({ status: 'cancelled', error: { kind: 'interrupted', code: 70 } });
    expect(faultsBySchema('run', manifest)).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['input', 'logs', 'run.json']);
    expect(await readdir(join(lab, '.timelab/running'))).toEqual([]);
    expect(scratchFolders()).toEqual([]);

    const next = await mined(lab, call());
    expect(await resumedOf(next)).toBeGreaterThan(0);
    expect(await resumedOf(next)).toBeLessThan(steps);
    expect(await outputOf(next)).toEqual(whole);
    expect(await readdir(join(lab, '.timelab/work'))).toEqual([]);
    expect((await rowsOf(lab)).map(({ status }) => status)).toEqual(['cancelled', 'ok']);
  });

  test('a helper program that takes its time to end is waited for', async () => {
    const real = join(repository, 'tools/rust_extractor/target/release/rust_extractor');
    const slow = `#!/bin/sh
      [ "$1" = --version ] && exec '${real}' "$@"
      trap 'sleep 0.7; exit 143' TERM
      '${real}' "$@"
      while :; do sleep 0.05; done\n`;
    const path = await put(lab, 'slow', slow);
    await chmod(path, 0o755);
    const { child, end } = start(call(), { TIMELAB_RUST_EXTRACTOR: path, TIMELAB_ISOLATION: 'none' });
    await untilTheMiddle();
    child.kill('SIGTERM');
    await end;
    expect(atWork()).toEqual([]);
  });

  test.each(['json', 'csv'])('packed as %s, too', async (format) => {
    const { child, end } = start(call('--format', format));
    await untilTheMiddle();
    child.kill('SIGTERM');
    await end;
    const next = await mined(lab, call('--format', format));
    expect(await resumedOf(next)).toBeGreaterThan(0);
    const reference = await mined(world.lab, call('--format', format, '--again'));
    expect(await outputOf(next)).toEqual(await outputOf(reference));
  });

  test.each(['json', 'csv'])('packed as %s and killed, it comes to the same', async (format) => {
    const reference = await outputOf(await mined(world.lab, call('--format', format, '--again')));
    for (const wait of [0, 20, 50, 120]) {
      const { child, end } = start(call('--format', format));
      await untilTheMiddle();
      await sleep(wait);
      child.kill('SIGKILL');
      await end;
    }
    expect(await outputOf(await mined(lab, call('--format', format)))).toEqual(reference);
  });
});

test('killed at fifteen moments, one after the other, and not waited for, it comes to the same', async () => {
  // Numbers as good as random, and always the same ones (Park and Miller, CACM 31, 1988).
  let seed = 4711;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let at = 0; at < 15; at += 1) {
    const { child, end } = start();
    // Every other one when there is something to tear.
    if (at % 2 === 0) await untilTheMiddle();
    await sleep(random() * (at % 2 === 0 ? 120 : 600));
    child.kill('SIGKILL');
    await end;
  }
  const last = await mined(lab, call());
  expect(await outputOf(last)).toEqual(whole);
  const runs = await runsOf(lab);
  for (const { folder, manifest } of runs) {
    expect(faultsBySchema('run', manifest)).toEqual([]);
    expect(['ok', 'cancelled']).toContain(manifest.status);
    expect(existsSync(join(folder, 'output'))).toBe(manifest.status === 'ok');
  }
  for (let waited = 0; atWork().length > 0 && waited < 60_000; waited += 50) await sleep(50);
  expect(atWork()).toEqual([]);
  const synced = JSON.parse((await timelab(['sync', '--json'], { cwd: lab })).stdout);
  expect(synced.data).toMatchObject({ running: [], damaged: [], settled: [] });
  expect(await readdir(join(lab, '.timelab/running'))).toEqual([]);
});

test('what cannot be gone on with is in the way of one run, and of no other', async () => {
  const { child, end } = start();
  await untilTheMiddle();
  child.kill('SIGTERM');
  await end;
  const [left = ''] = readdirSync(join(lab, '.timelab/work'));
  const stream = join(lab, '.timelab/work', left, 'output/commits.jsonl');
  await writeFile(stream, (await readFile(stream, 'utf8')).replace('"parents":[', '"parents":{'));
  const failed = await timelab(call(), { cwd: lab });
  expect(failed).toMatchObject({ code: 70, stderr: expect.stringContaining('mine the repository again') });
  const next = await mined(lab, call());
  expect(await resumedOf(next)).toBe(0);
  expect(await outputOf(next)).toEqual(whole);
});

describe('at the same time', () => {
  test('two runs of the same work are two whole runs', async () => {
    const both = await Promise.all([mined(lab, call()), mined(lab, call())]);
    expect(new Set(both.map(({ folder }) => folder)).size).toBe(2);
    for (const run of both) expect(await outputOf(run)).toEqual(whole);
    expect(await readdir(join(lab, '.timelab/work'))).toEqual([]);
  });

  test('two runs that could go on with what one has left are two whole runs', async () => {
    const { child, end } = start();
    await untilTheMiddle();
    child.kill('SIGKILL');
    await end;
    const both = await Promise.all([mined(lab, call()), mined(lab, call())]);
    for (const run of both) expect(await outputOf(run)).toEqual(whole);
    const resumed = await Promise.all(both.map(resumedOf));
    expect(resumed.filter((count) => count > 0).length).toBeLessThanOrEqual(1);
  });

  test('four runs of different work are four whole runs', async () => {
    const limits = ['30', '40', '50', '60'];
    const all = await Promise.all(
      limits.map((limit) => mined(lab, ['mine', '--repo', world.repository, '--limit', limit])),
    );
    expect(all.map(({ manifest }) => manifest.history?.commits)).toEqual(limits.map(Number));
    for (const { folder } of all) {
      const sums = ['-c', '--strict', '--quiet', 'SHA256SUMS'];
      expect(await program('sha256sum', sums, { cwd: join(folder, 'output') })).toMatchObject({ code: 0 });
    }
    expect(await rowsOf(lab)).toHaveLength(4);
  });
});
