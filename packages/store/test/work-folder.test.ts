import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  claimRun,
  closeWork,
  identifySelf,
  type Lab,
  openWork,
  ownWorkFiles,
  type RunFolder,
  settle,
  withdrawWork,
} from '../src/index.ts';
import { placeMarker } from '../src/run-marker.ts';
import { clearOldWork } from '../src/work-folder.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const self = identifySelf();
const clock = { now: () => new Date('2025-10-15T10:23:00.000Z') };
const claim = (lab: Lab) => claimRun(lab, sampleDraft, clock, self);
const end = (run: RunFolder) => run.finish(endOf(run, clock.now()));
const workOf = (lab: Lab) => readdir(join(lab.root, '.timelab/work'));

test('a run has a work folder of its own, which goes with it', async () => {
  await withLab(async (lab) => {
    const run = await claim(lab);
    const { path, continued } = await openWork(lab, run.manifest.run_id, 'key');
    expect(continued).toBe(false);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await readFile(join(lab.root, '.timelab/.gitignore'), 'utf8')).toBe('*\n');
    await closeWork(lab, run.manifest.run_id);
    expect(await workOf(lab)).toEqual([]);
    await closeWork(lab, run.manifest.run_id);
  });
});

test('a work folder that was withdrawn is gone on with by no run until it is handed back', async () => {
  await withLab(async (lab) => {
    const first = await claim(lab);
    const left = await openWork(lab, first.manifest.run_id, 'key');
    await writeFile(join(left.path, 'half'), 'half\n');
    const handBack = await withdrawWork(left.path);
    expect(await withdrawWork(left.path)).toBeUndefined();
    await end(first);
    expect(await openWork(lab, '1'.repeat(64), 'key')).toMatchObject({ continued: false });
    await closeWork(lab, '1'.repeat(64));
    await handBack?.();
    const next = await openWork(lab, '2'.repeat(64), 'key');
    expect(next.continued).toBe(true);
    const run = (await readdir(next.path)).filter(
      (name) => !ownWorkFiles(next.path).includes(join(next.path, name)),
    );
    expect(run).toEqual(['half']);
  });
});

test('what an interrupted run has left is taken over by the next of the same work, and by no other', async () => {
  await withLab(async (lab) => {
    const first = await claim(lab);
    const left = await openWork(lab, first.manifest.run_id, 'key');
    await writeFile(join(left.path, 'half'), 'half\n');
    // While it is at work, nobody takes it.
    expect(await openWork(lab, '1'.repeat(64), 'key')).toMatchObject({ continued: false });
    await closeWork(lab, '1'.repeat(64));
    await end(first);
    expect(await openWork(lab, '2'.repeat(64), 'other key')).toMatchObject({ continued: false });
    const next = await openWork(lab, '3'.repeat(64), 'key');
    expect(next.continued).toBe(true);
    expect(await readFile(join(next.path, 'half'), 'utf8')).toBe('half\n');
    expect(await readdir(next.path)).toEqual(['half', 'key', 'runs']);
    expect((await workOf(lab)).sort()).toEqual(['2'.repeat(64), '3'.repeat(64)]);
  });
});

test('what was left before the machine was started anew is not gone on with, for it may be torn', async () => {
  await withLab(async (lab) => {
    const first = await claim(lab);
    const left = await openWork(lab, first.manifest.run_id, 'key');
    const key = await readFile(join(left.path, 'key'), 'utf8');
    const earlier = key.replace(self.boot_id ?? '', '00000000-0000-4000-8000-000000000000');
    await writeFile(join(left.path, 'key'), earlier);
    await end(first);
    expect(await openWork(lab, '1'.repeat(64), 'key')).toMatchObject({ continued: false });
  });
});

test('of many that could go on, one does', async () => {
  await withLab(async (lab) => {
    const first = await claim(lab);
    await openWork(lab, first.manifest.run_id, 'key');
    await end(first);
    const others = await Promise.all(Array.from({ length: 8 }, () => claim(lab)));
    const opened = await Promise.all(others.map(({ manifest }) => openWork(lab, manifest.run_id, 'key')));
    expect(opened.filter(({ continued }) => continued)).toHaveLength(1);
    expect(new Set(opened.map(({ path }) => path)).size).toBe(8);
  });
});

test('a run whose process died is settled first, and what it left can be taken then', async () => {
  await withLab(async (lab) => {
    const dead = { ...self, pid: spawnSync('true').pid, started: '1' };
    const runId = '4'.repeat(64);
    await claim(lab);
    await placeMarker(lab, { runId, runner: dead, path: '2025/10/15/analyzer/outputs/102300Z_x_44444444' });
    await openWork(lab, runId, 'key');
    expect(await openWork(lab, '5'.repeat(64), 'key')).toMatchObject({ continued: false });
    await closeWork(lab, '5'.repeat(64));
    await settle(lab, self);
    expect(await openWork(lab, '6'.repeat(64), 'key')).toMatchObject({ continued: true });
  });
});

test('what nobody has gone on with for a week is cleared away, and nothing younger, nor what is at work', async () => {
  await withLab(async (lab) => {
    const run = await claim(lab);
    await openWork(lab, run.manifest.run_id, 'other key');
    const { path } = await openWork(lab, '7'.repeat(64), 'key');
    const { mtimeMs } = await stat(path);
    const daysLater = (days: number) => new Date(mtimeMs + days * 86_400_000);
    expect(await clearOldWork(lab, daysLater(6.9))).toEqual([]);
    expect(await clearOldWork(lab, daysLater(7.1))).toEqual([`.timelab/work/${'7'.repeat(64)}`]);
    expect(await workOf(lab)).toEqual([run.manifest.run_id]);
  });
});

test('nothing is cleared behind a link, nor what is no work folder', async () => {
  await withLab(async (lab) => {
    const year = new Date(Date.now() + 365 * 24 * 60 * 60 * 1000);
    const elsewhere = await mkdtemp(join(tmpdir(), 'timelab-elsewhere-'));
    const places = join(lab.root, '.timelab/work');
    await mkdir(join(elsewhere, '4'.repeat(64)), { recursive: true });
    await mkdir(join(lab.root, '.timelab'), { recursive: true });
    await symlink(elsewhere, places);
    await expect(clearOldWork(lab, year)).rejects.toMatchObject({ kind: 'path_escapes' });
    expect(await readdir(elsewhere)).toEqual(['4'.repeat(64)]);
    await rm(places);
    await mkdir(join(places, 'mine'), { recursive: true });
    expect(await clearOldWork(lab, year)).toEqual([]);
    expect(await readdir(places)).toEqual(['mine']);
    await rm(elsewhere, { recursive: true });
  });
});
