import { existsSync } from 'node:fs';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { git, type MinedWorld, minedWorld } from './mined-history.ts';
import { mined, outputOf, textOf } from './mining.ts';
import { processesOf } from './processes.ts';
import { program, put, repository, startTimelab, timelab } from './rig.ts';
import { runsOf } from './runs.ts';

const key = 'kiln-4711-north';
const env = { LAB_API_KEY: key };
let world: MinedWorld;
let lab: string;
let labs = 0;

// The newest commits are mined first: whatever ends the run, a secret was mined before.
beforeAll(async () => {
  world = await minedWorld(20);
  const { repository: folder } = world;
  for (let at = 0; at < 5; at += 1) {
    await put(folder, 'settings.env', `AT=${at}\nKEY=${key}\n`);
    await git(folder, 'add', '-A');
    await git(folder, 'commit', '-qm', `feat: the kiln opens with ${key}, ${at}`);
  }
  await program('cp', ['-a', world.lab, join(world.root, 'empty')], { cwd: '/' });
});
afterAll(async () => await world.remove());

beforeEach(async () => {
  labs += 1;
  lab = join(world.root, `lab-${labs}`);
  await program('cp', ['-a', join(world.root, 'empty'), lab], { cwd: '/' });
});

const call = (format: string) => ['mine', '--repo', world.repository, '--format', format];
const work = () => join(lab, '.timelab/work');

/** An extractor that mines the ten newest commits, and then fails, or waits to be ended. */
async function halfExtractor(then: string): Promise<Record<string, string>> {
  const real = join(repository, 'tools/rust_extractor/target/release/rust_extractor');
  const script = `#!/bin/sh
    [ "$1" = --version ] && exec '${real}' "$@"
    head -n 10 | '${real}' "$@"
    : > '${lab}.halved'
    ${then}\n`;
  const path = await put(lab, 'half', script);
  await chmod(path, 0o755);
  return { ...env, TIMELAB_RUST_EXTRACTOR: path, TIMELAB_ISOLATION: 'none' };
}

/** How many records stand on the disk once all files of the ten do; of the last one the mask holds back the end. */
async function recordsMined(): Promise<number> {
  if (!existsSync(`${lab}.halved`)) return 0;
  const [left = ''] = existsSync(work()) ? await readdir(work()) : [];
  const stream = join(work(), left, 'output/commits.jsonl');
  return existsSync(stream) ? (await readFile(stream, 'utf8')).split('\n').length - 1 : 0;
}

/** The files below the lab's own folder that hold the secret. */
async function holders(): Promise<string[]> {
  const entries = await readdir(join(lab, '.timelab'), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
  return texts.filter(({ text }) => text.includes(key)).map(({ path }) => path.slice(lab.length + 1));
}

async function resumedOf(run: Awaited<ReturnType<typeof mined>>): Promise<number> {
  const lines = (await textOf(run, 'logs/log.jsonl')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line)).find(({ event }) => event === 'extracted').resumed;
}

const ends: readonly [how: string, then: string, signal?: NodeJS.Signals][] = [
  ['failed', 'exit 70'],
  ['was told to end', 'exec sleep 600', 'SIGTERM'],
];
const goesOn: Readonly<Record<string, number>> = { folders: 9, json: 0, csv: 0 };
const cases = ends.flatMap(([how, then, signal]) =>
  Object.keys(goesOn).map((format) => ({ how, then, signal, format })),
);

test.each(cases)(
  'a run that $how leaves no secret, and the next comes to the same: $format',
  async ({ then, signal, format }) => {
    const child = startTimelab(call(format), { cwd: lab, env: await halfExtractor(then) });
    const closed = new Promise((done) => child.on('close', done));
    if (signal !== undefined) {
      await expect.poll(recordsMined, { timeout: 600_000 }).toBeGreaterThanOrEqual(9);
      child.kill(signal);
    }
    await closed;
    const [failed] = await runsOf(lab);
    const gone = (failed?.manifest.notes ?? []).filter((note) => note.includes('begins anew'));
    expect(gone).toHaveLength(goesOn[format] === 0 ? 1 : 0);
    expect(await readdir(work())).toHaveLength(goesOn[format] === 0 ? 0 : 1);
    expect(await holders()).toEqual([]);
    const next = await mined(lab, call(format), env);
    expect(await resumedOf(next)).toBeGreaterThanOrEqual(goesOn[format] ?? 0);
    const reference = await mined(world.lab, [...call(format), '--again'], env);
    expect(await outputOf(next)).toEqual(await outputOf(reference));
    expect((await timelab(['verify', next.folder], { cwd: lab })).code).toBe(0);
    expect(await readdir(work())).toEqual([]);
  },
);

test.each(Object.keys(goesOn))(
  'one that is killed outright can leave one, which the next masks that goes on with it: %s',
  async (format) => {
    const waits = 'while kill -0 $PPID 2> /dev/null; do sleep 0.1; done';
    const child = startTimelab(call(format), { cwd: lab, env: await halfExtractor(waits) });
    const closed = new Promise((done) => child.on('close', done));
    await expect.poll(recordsMined, { timeout: 600_000 }).toBeGreaterThanOrEqual(9);
    child.kill('SIGKILL');
    await closed;
    // Without a fence the helper programs of one that was killed go on for a while, in its folder.
    await expect.poll(() => processesOf(lab), { timeout: 600_000 }).toEqual([]);
    const next = await mined(lab, call(format), env);
    expect(await resumedOf(next)).toBeGreaterThanOrEqual(9);
    const reference = await mined(world.lab, [...call(format), '--again'], env);
    expect(await outputOf(next)).toEqual(await outputOf(reference));
    expect(await holders()).toEqual([]);
  },
);

test('where no secret is known, it is gone on with as it is', async () => {
  const { LAB_API_KEY: _, ...open } = await halfExtractor('exit 70');
  expect((await timelab(call('json'), { cwd: lab, env: open })).code).toBe(70);
  expect(await holders()).not.toEqual([]);
  expect(await resumedOf(await mined(lab, call('json')))).toBe(10);
});
