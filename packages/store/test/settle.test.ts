import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, type Runner, sha256 } from '@timelab/core';
import { expect, test } from 'vitest';
import { claimRun, identifySelf, type Lab, type RunFolder, settle, sync } from '../src/index.ts';
import { readLedger } from '../src/ledger-file.ts';
import { placeMarker } from '../src/run-marker.ts';
import { isGone } from '../src/runner.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const self = identifySelf();
const clock = { now: () => new Date() };
const dead: Runner = { ...self, pid: spawnSync('true').pid, started: '1' };
const claimAs = (lab: Lab, proc: Runner) => claimRun(lab, sampleDraft, clock, proc);

async function recordOf(lab: Lab, run: RunFolder): Promise<Manifest> {
  return JSON.parse(await readFile(join(lab.root, run.relativePath, 'run.json'), 'utf8')) as Manifest;
}

test('a run whose process died is cancelled as interrupted, with the digests of what it left', async () => {
  await withLab(async (lab) => {
    const run = await claimAs(lab, dead);
    await run.add('output/answer.txt', 'half an answer');
    const unfinished = `.timelab-${self.host}-${dead.pid}-0123456789ab.tmp`;
    await writeFile(join(run.path, 'output', unfinished), 'half a f');
    expect(await settle(lab, self)).toEqual([{ runId: run.manifest.run_id, path: run.relativePath }]);
    expect(await recordOf(lab, run)).toMatchObject({
      status: 'cancelled',
      timestamp_end: null,
      error: { kind: 'interrupted', code: 70 },
      digests: { 'output/answer.txt': sha256('half an answer') },
      artifacts: ['output/answer.txt'],
    });
    expect(await readdir(join(run.path, 'output'))).toEqual(['answer.txt']);
    expect(await readLedger(lab)).toMatchObject([{ status: 'cancelled', error_kind: 'interrupted' }]);
    expect(await settle(lab, self)).toEqual([]);
    expect((await sync(lab, self)).rewritten).toEqual([]);
  });
});

test('a run is settled without a file of who settles it in its folder, where nobody would look for what a kill leaves', async () => {
  await withLab(async (lab) => {
    const run = await claimAs(lab, dead);
    const seen: (string | null)[] = [];
    const watcher = watch(run.path, (_, name) => seen.push(name));
    expect(await settle(lab, self)).toHaveLength(1);
    await expect.poll(() => seen, { timeout: 600_000 }).toContain('run.json');
    watcher.close();
    expect(new Set(seen)).toEqual(new Set(['run.json']));
  });
});

test.each([
  ['lives', self],
  ['is of another host', { ...dead, host: '0123456789abcdef' }],
])('a run whose process %s is left alone, by sync too', async (_, proc) => {
  await withLab(async (lab) => {
    const run = await claimAs(lab, proc);
    expect(await settle(lab, self)).toEqual([]);
    expect((await sync(lab, self)).running).toEqual([run.relativePath]);
    expect((await recordOf(lab, run)).status).toBe('running');
    await run.finish(endOf(run, new Date()));
    expect((await readLedger(lab)).map((row) => row.status)).toEqual(['ok']);
  });
});

test('a record that a later timelab has written is listed and not written back, though its process died', async () => {
  await withLab(async (lab) => {
    const run = await claimAs(lab, dead);
    const record = join(run.path, 'run.json');
    const later = JSON.stringify({ ...(await recordOf(lab, run)), schema_version: '1.1', brand: ['new'] });
    await writeFile(record, later);
    expect(await settle(lab, self)).toEqual([]);
    expect(await sync(lab, self)).toMatchObject({ settled: [], damaged: [], running: [run.relativePath] });
    expect(await readFile(record, 'utf8')).toBe(later);
    expect(await readLedger(lab)).toMatchObject([{ run_id: run.manifest.run_id, status: 'running' }]);
  });
});

test('a process is gone when its number is free, or has another start, or it was before this boot', () => {
  expect(isGone(self, self)).toBe(false);
  expect(isGone(dead, self)).toBe(true);
  expect(isGone({ host: self.host, pid: dead.pid }, self)).toBe(true);
  expect(isGone({ host: self.host, pid: self.pid }, self)).toBe(false);
  if (self.started !== undefined) expect(isGone({ ...self, started: '1' }, self)).toBe(true);
  if (self.boot_id !== undefined) expect(isGone({ ...self, boot_id: 'another' }, self)).toBe(true);
});

test.runIf(process.platform === 'linux')('a zombie is gone', async () => {
  // The shell becomes a sleep that never asks after the child it had before.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 600']);
  const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
  const zombie = { host: self.host, pid: Number(pid) };
  await expect.poll(() => isGone(zombie, self), { timeout: 600_000 }).toBe(true);
  expect(process.kill(zombie.pid, 0)).toBe(true);
  parent.kill();
});

test('a claim that died before its first manifest leaves nothing behind', async () => {
  await withLab(async (lab) => {
    const run = await claimAs(lab, self);
    const path = `${run.relativePath.slice(0, 28)}/000000Z_dead_00000000`;
    await placeMarker(lab, { runId: '0'.repeat(64), runner: dead, path });
    await mkdir(join(lab.root, path));
    await writeFile(join(lab.root, path, `.timelab-${self.host}-${dead.pid}-0123456789ab.tmp`), '{');
    expect(await settle(lab, self)).toEqual([]);
    expect(await readdir(join(lab.root, path, '..'))).toEqual([run.relativePath.split('/').at(-1)]);
    expect(await readdir(join(lab.root, '.timelab', 'running'))).toEqual([run.manifest.run_id]);
  });
});

test('a mark on a folder that another run has got does that run no harm', async () => {
  await withLab(async (lab) => {
    const run = await claimAs(lab, self);
    await placeMarker(lab, { runId: '0'.repeat(64), runner: dead, path: run.relativePath });
    expect(await settle(lab, self)).toEqual([]);
    expect((await recordOf(lab, run)).status).toBe('running');
  });
});

test('a run that died after its last manifest and before it was listed is listed by the next command', async () => {
  await withLab(async (lab) => {
    const run = await claimAs(lab, dead);
    const { runner: _, ...final } = endOf(run, new Date());
    await writeFile(join(run.path, 'run.json'), JSON.stringify(final));
    expect(await settle(lab, self)).toEqual([]);
    expect((await readLedger(lab)).map((row) => row.status)).toEqual(['ok']);
    expect((await sync(lab, self)).rewritten).toEqual([]);
  });
});

test('many settle at once, and the outcome is as if one had', async () => {
  await withLab(async (lab) => {
    const runs = await Promise.all(Array.from({ length: 5 }, () => claimAs(lab, dead)));
    await Promise.all(Array.from({ length: 8 }, () => settle(lab, self)));
    const rows = await readLedger(lab);
    expect(rows.map((row) => row.path).sort()).toEqual(runs.map((run) => run.relativePath).sort());
    expect((await sync(lab, self)).damaged).toEqual([]);
  });
});
