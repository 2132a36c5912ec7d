import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordFaultKinds } from '../packages/core/src/index.ts';
import { identifySelf } from '../packages/store/src/index.ts';
import { damagedFiles } from './damaged-files.ts';
import { damagedDerived, damagedRecords } from './damaged-records.ts';
import { git } from './dirty-tree.ts';
import { readPage } from './markdown.ts';
import { needHelpers } from './needed-helpers.ts';
import { binary, copyLab, program, put, type Ran, repository, temporaryFolder, timelab } from './rig.ts';
import { snapshot } from './snapshot.ts';
import {
  editRecord,
  filesBelow,
  flipByte,
  type RunName,
  type VerifiedLab,
  verifiedLab,
} from './verified-lab.ts';

let made: VerifiedLab;
beforeAll(async () => {
  made = await verifiedLab();
});
afterAll(async () => await made?.world.remove());

const day = '2025/10/15';

/** A copy of the lab, all of it, and where its runs lie there. */
async function copyOfLab() {
  const lab = await copyLab(made.world.lab);
  const folder = (name: RunName) => join(lab, made.runs[name]);
  return { lab, folder };
}

/** What verify says: of each run that was told, its faults by name and place. */
function told(ran: Ran): Record<string, string[]> {
  const { verified, lab_faults: ofLab } = JSON.parse(ran.stdout).data;
  const names = (faults: { kind: string; place: string }[]) =>
    faults.map(({ kind, place }) => `${kind} ${place}`);
  const faulty = verified.filter(({ state }: { state: string }) => state === 'faulty');
  const byPath = faulty.map(({ path, faults }: never) => [path, names(faults)]);
  return { ...Object.fromEntries(byPath), ...(ofLab.length === 0 ? {} : { '': names(ofLab) }) };
}

const verify = async (lab: string, ...args: string[]) =>
  await timelab(['verify', '--json', ...args], { cwd: lab });

test('runs of every kind are whole, by any name, and nothing is written', async (context) => {
  needHelpers(context);
  const { lab, folder } = await copyOfLab();
  const before = await snapshot(lab);
  const all = await verify(lab, '--all');
  expect({ code: all.code, told: told(all) }).toEqual({ code: 0, told: {} });
  const files = await Promise.all(Object.keys(made.runs).map((name) => filesBelow(folder(name as RunName))));
  const count = files.flat().filter((path) => path !== 'run.json').length;
  expect(JSON.parse(all.stdout).data).toMatchObject({
    runs: 5,
    whole: 5,
    faulty: 0,
    running: 0,
    files: count,
  });
  const words = ['latest', made.runs.clean, join(folder('mined'), 'run.json'), made.runs.summ.slice(-8)];
  const named = await timelab(['verify', ...words], { cwd: lab });
  expect({ code: named.code, stdout: named.stdout }).toEqual({ code: 0, stdout: '' });
  for (const name of ['failed', 'clean', 'mined', 'summ'] as const)
    expect(named.stderr).toContain(`${made.runs[name]}: whole (`);
  expect(named.stderr).toMatch(/\n4 of 4 runs whole; \d+ files, \d+ bytes read\.\n$/);
  expect(await snapshot(lab)).toEqual(before);
});

describe('what was done to a run is told by its name and place, and nothing else is', () => {
  test.for([...damagedFiles, ...damagedRecords, ...damagedDerived])(
    '%s',
    async ([, name, faults, harm], context) => {
      if (name === 'mined' || name === 'summ') needHelpers(context);
      const { lab, folder } = await copyOfLab();
      await harm(folder(name), lab);
      const moved = faults[0]?.startsWith('place_mismatch ') ? faults[0].split(' ')[1] : undefined;
      const ran = await verify(lab, moved ?? folder(name));
      expect(ran.code).toBe(65);
      const found = Object.values(told(ran))[0] ?? [];
      expect(found.length, `${found}`).toBe(faults.length);
      const byName = faults.toSorted();
      for (const [at, fault] of found.toSorted().entries()) expect(fault).toMatch(startOf(byName[at] ?? ''));
    },
  );

  test('and each name is on the page', () => {
    const page = readPage('docs/2-use/verify.md').text;
    for (const kind of Object.keys(recordFaultKinds)) expect(page).toContain(`\`${kind}\``);
  });
});

/** A place that ends where it is not the same each time is held to as far as it goes. */
const startOf = (fault: string) =>
  new RegExp(`^${fault.replace(/[.*+?^${}()|[\]\\/#]/g, '\\$&')}${/[/_]$/.test(fault) ? '' : '$'}`);

test('a flip anywhere in any file of a run is found', async () => {
  const { lab, folder } = await copyOfLab();
  const files = (await filesBelow(folder('dirty'))).filter((path) => path !== 'run.json');
  expect(files.length).toBeGreaterThan(5);
  for (const [at, path] of files.entries()) {
    const file = join(folder('dirty'), path);
    const good = await readFile(file);
    await flipByte(file, (['first', 'middle', 'last'] as const)[at % 3]);
    const found = told(await verify(lab, folder('dirty')))[made.runs.dirty];
    expect(found).toContain(`digest_mismatch ${path}`);
    await writeFile(file, good);
  }
});

test('--all tells the damaged ones, rows of runs that are gone, and goes on', async () => {
  const { lab, folder } = await copyOfLab();
  await writeFile(join(folder('dirty'), 'run.json'), '{');
  await flipByte(join(folder('clean'), 'output/answer.txt'));
  await rm(folder('failed'), { recursive: true });
  await mkdir(join(lab, day, 'ai-team/artifacts/102300Z_gone_0123abcd'));
  const before = await snapshot(lab);
  const ran = await verify(lab, '--all');
  expect(await snapshot(lab)).toEqual(before);
  expect(ran.code).toBe(65);
  expect(JSON.parse(ran.stdout).data).toMatchObject({ runs: 5, whole: 2, faulty: 3 });
  expect(told(ran)).toEqual({
    [made.runs.dirty]: ['manifest_invalid run.json'],
    [made.runs.clean]: ['digest_mismatch output/answer.txt'],
    [`${day}/ai-team/artifacts/102300Z_gone_0123abcd`]: ['manifest_missing run.json'],
    '': ['row_stray runs.csv', `row_stray ${day}/runs.csv`],
  });
});

test('a run at work is said to be; one whose process ended is unsettled until a sync', async () => {
  const { lab, folder } = await copyOfLab();
  const host = JSON.parse((await timelab(['verify', '--json', 'latest'], { cwd: lab })).stdout);
  expect(host.ok).toBe(true);
  const self = identifySelf();
  const begin = async (runner: object) =>
    await editRecord(folder('failed'), (record) => {
      const { error: _, metrics: __, ...rest } = record;
      for (const key of ['error', 'metrics'] as const) delete record[key];
      Object.assign(record, {
        ...rest,
        status: 'running',
        timestamp_end: null,
        artifacts: [],
        digests: {},
        runner,
      });
    });
  await begin(self);
  const alive = await verify(lab, made.runs.failed);
  expect([alive.code, JSON.parse(alive.stdout).data.running]).toEqual([0, 1]);
  expect(alive.stdout).toContain('It is at work.');
  await begin({ ...self, host: '0123456789abcdef' });
  expect((await verify(lab, made.runs.failed)).stdout).toContain('on another host');
  await begin({ ...self, started: '1' });
  expect(told(await verify(lab, made.runs.failed))).toEqual({
    [made.runs.failed]: ['unsettled run.json#/status'],
  });
  await timelab(['sync'], { cwd: lab });
  const settled = await verify(lab, '--all');
  expect({ code: settled.code, told: told(settled) }).toEqual({ code: 0, told: {} });
});

test('a record of a later version is checked as far as it is known', async () => {
  const { lab, folder } = await copyOfLab();
  const record = join(folder('clean'), 'run.json');
  const run = JSON.parse(await readFile(record, 'utf8'));
  await writeFile(record, JSON.stringify({ ...run, schema_version: '1.7', brand: { new: true } }));
  const ran = await verify(lab, made.runs.clean);
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout).data.verified[0].notes).toEqual([expect.stringContaining('without /brand')]);
  await flipByte(join(folder('clean'), 'output/answer.txt'));
  expect(told(await verify(lab, made.runs.clean))).toEqual({
    [made.runs.clean]: ['digest_mismatch output/answer.txt'],
  });
});

test('a run that was carried elsewhere is verified there; of the lab nothing is asked', async () => {
  const { lab, folder } = await copyOfLab();
  const there = join(await temporaryFolder(), 'carried');
  await cp(folder('dirty'), there, { recursive: true });
  const ran = await verify(lab, there);
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout).data.verified[0]).toMatchObject({ path: there, state: 'whole' });
  await git(lab, 'checkout', '-q', '--orphan', 'other');
  await rm(join(lab, '.git/refs/heads/main'));
  await git(lab, 'reflog', 'expire', '--expire=now', '--all');
  await git(lab, 'gc', '-q', '--prune=now');
  expect(told(await verify(lab, there))).toEqual({ [there]: ['commit_missing run.json#/git_sha'] });
});

test('the first record there ever was, an example without files, is told field by field', async () => {
  const lab = join(await temporaryFolder(), 'lab');
  await mkdir(lab);
  const example = {
    run_id: 'sha256-hash',
    timestamp_start: '2025-10-15T10:23:00Z',
    timestamp_end: '2025-10-15T10:23:02Z',
    cmd: 'llm-task --spec 2025/10/15/ai-team/specs/demo.json',
    git_sha: 'abcd123',
    flake_lock_sha256: 'efgh456',
    env: { system: 'x86_64-linux', apps: ['llm-task@1.0'], tools: { rustc: '1.XX', python: '3.11.X' } },
    task: { kind: 'llm', spec_path: 'demo.json', inputs_hash: 'sha256-of-spec' },
    model: {
      name: 'ollama:qwen2.5:7b',
      hash: 'sha256-model',
      params: { temperature: 0.2, top_p: 0.95, seed: 1234 },
    },
    status: 'ok',
    artifacts: ['input.spec.json', 'output.jsonl', 'log.txt'],
  };
  const path = await put(lab, 'example/run.json', example);
  const ran = await timelab(['verify', path, '--json', '--lab', lab], { cwd: lab });
  expect(ran.code).toBe(65);
  const [faults = []] = Object.values(told(ran));
  expect(faults).toEqual(
    expect.arrayContaining([
      'manifest_invalid run.json#/schema_version',
      'manifest_invalid run.json#/run_id',
    ]),
  );
  expect(new Set(faults.map((fault) => fault.split('#')[0]))).toEqual(new Set(['manifest_invalid run.json']));
});

test('a call that names nothing, or nothing that there is, is told so', async () => {
  const { lab } = await copyOfLab();
  const calls = [[], ['--all', 'latest'], ['abcd']];
  const codes = await Promise.all(calls.map(async (words) => (await verify(lab, ...words)).code));
  expect(codes).toEqual([64, 64, 65]);
});

test('a word that names no run keeps no other from being verified', async () => {
  const { lab } = await copyOfLab();
  const ran = await verify(lab, 'nosuch', made.runs.clean);
  const { data, error } = JSON.parse(ran.stdout);
  expect([ran.code, error.kind]).toEqual([65, 'run_unknown']);
  expect(data).toMatchObject({ runs: 1, whole: 1, unknown: [{ word: 'nosuch', kind: 'run_unknown' }] });
  await flipByte(join(lab, made.runs.clean, 'output/answer.txt'));
  const both = JSON.parse((await verify(lab, made.runs.clean, 'nosuch')).stdout);
  expect([both.error.kind, both.data.unknown.length]).toEqual(['run_damaged', 1]);
});

test('a record or a file that this user may not read is told, and not called damaged', async (context) => {
  const { lab, folder } = await copyOfLab();
  const root = process.getuid?.() === 0;
  const id = '65534';
  const other = ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'];
  const copy = join(lab, '../program/timelab.mjs');
  await cp(dirname(binary), dirname(copy), { recursive: true });
  const words = [...(root ? other : ['env']), process.execPath, copy];
  const [name = '', ...before] = words;
  const call = async (...args: string[]) => await program(name, [...before, ...args, '--json'], { cwd: lab });
  await chmod(join(folder('clean'), 'run.json'), 0);
  await chmod(join(folder('dirty'), 'output/answer.txt'), 0);
  if (root) await program('chown', ['-R', `${id}:${id}`, join(lab, '..')], { cwd: '/' });
  const ran = await call('verify', made.runs.clean).catch(() => undefined);
  if (ran === undefined || ran.stdout === '') context.skip('no other user can run Node here');
  expect(told(ran as Ran)).toEqual({ [made.runs.clean]: ['unreadable run.json'] });
  expect(JSON.parse((ran as Ran).stdout).error.hint).toContain('may be well');
  expect(told(await call('verify', made.runs.dirty))).toEqual({
    [made.runs.dirty]: ['unreadable output/answer.txt'],
  });
  for (const args of [
    ['show', made.runs.clean],
    ['diff', made.runs.clean, made.runs.failed],
    ['repro', made.runs.clean],
  ]) {
    const { error } = JSON.parse((await call(...args)).stdout);
    expect(error.hint, args[0]).toContain('may be well');
    expect(error.message).toContain('run.json cannot be read: permission is denied');
  }
});

test('the sample day of this repository is whole, but for a ledger that git does not keep', async () => {
  const ran = await verify(repository, '2025/10/15/run.json');
  const faults = Object.values(told(ran))[0] ?? [];
  expect(
    faults.filter((fault) => fault !== 'row_missing runs.csv' && !fault.startsWith('commit_missing')),
  ).toEqual([]);
});
