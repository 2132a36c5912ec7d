import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedger, parseLedger } from '@timelab/core';
import { beforeAll, expect, test } from 'vitest';
import { claimRun, identifySelf, type Lab, sync } from '../src/index.ts';
import { readLedger } from '../src/ledger-file.ts';
import { bundle } from './bundle.ts';
import { makeLab } from './make-lab.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { roomyFolder, withLab } from './temporary-lab.ts';

const self = identifySelf();
const day = '2025/10/15';
const artifacts = `${day}/ai-team/artifacts`;
let program: string;

beforeAll(async () => {
  program = await bundle('./sync-lab.ts');
});

async function publish(lab: Lab, at: number): Promise<string> {
  const clock = { now: () => new Date(Date.UTC(2025, 9, 15, 10, 23, at)) };
  const run = await claimRun(lab, sampleDraft, clock, self);
  await run.add('output/answer.txt', `answer ${at}`);
  await run.finish(endOf(run, clock.now()));
  return run.relativePath;
}

/** All that is derived in a lab, as text. */
async function derived(lab: Lab): Promise<string[]> {
  const texts = [`${day}/runs.csv`, 'runs.csv'].map((path) => readFile(join(lab.root, path), 'utf8'));
  const links = ['latest', `${day}/run.json`].map((path) => readlink(join(lab.root, path)));
  return Promise.all([...texts, ...links]);
}

test('what is derived is made anew byte for byte, and a second time there is nothing to do', async () => {
  await withLab(async (lab) => {
    for (let at = 0; at < 3; at += 1) await publish(lab, at);
    const before = await derived(lab);
    expect((await sync(lab, self)).rewritten).toEqual([]);
    for (const path of ['runs.csv', `${day}/runs.csv`, 'latest', `${day}/run.json`])
      await rm(join(lab.root, path));
    expect((await sync(lab, self)).rewritten).toEqual([`${day}/runs.csv`, 'runs.csv']);
    expect(await derived(lab)).toEqual(before);
    await writeFile(join(lab.root, 'runs.csv'), 'nonsense\n');
    expect((await sync(lab, self)).rewritten).toEqual(['runs.csv']);
    expect(await derived(lab)).toEqual(before);
  });
});

test('bad, missing, copied and renamed records are each said once, and the rest is listed', async () => {
  await withLab(async (lab) => {
    const paths = await Promise.all([0, 1, 2, 3, 4].map((at) => publish(lab, at)));
    const [torn = '', missing = '', copied = '', renamed = '', good = ''] = paths;
    await writeFile(join(lab.root, torn, 'run.json'), '{"run_id": ');
    await rm(join(lab.root, missing, 'run.json'));
    await cp(join(lab.root, copied), join(lab.root, artifacts, 'copy'), { recursive: true });
    await rename(join(lab.root, renamed), join(lab.root, artifacts, 'other'));
    const { damaged } = await sync(lab, self);
    expect(damaged.map(({ path }) => path)).toEqual([
      torn,
      missing,
      `${artifacts}/copy`,
      `${artifacts}/other`,
    ]);
    expect(damaged.every(({ faults }) => faults.length > 0)).toBe(true);
    expect((await readLedger(lab)).map((row) => row.path)).toEqual([copied, good]);
  });
});

test('a record that is a pipe, a folder, a link or too long holds nothing up', async () => {
  await withLab(async (lab) => {
    const paths = await Promise.all([0, 1, 2, 3].map((at) => publish(lab, at)));
    const [pipe = '', folder = '', link = '', long = ''] = paths.map((path) =>
      join(lab.root, path, 'run.json'),
    );
    await Promise.all([pipe, folder, link, long].map((path) => rm(path)));
    await once(spawn('mkfifo', [pipe]), 'close');
    await mkdir(folder);
    await symlink('/dev/zero', link);
    await writeFile(long, ' '.repeat(11_000_000));
    expect((await sync(lab, self)).damaged.map(({ path }) => path)).toEqual(paths);
  });
});

test('leftovers of dead processes and links to nowhere go; what people made stays', async () => {
  await withLab(async (lab) => {
    await publish(lab, 0);
    const leftover = `.timelab-${self.host}-4194999-0123456789ab.tmp`;
    const foreign = '.timelab-0123456789abcdef-4194999-0123456789ab.tmp';
    const leftovers = [leftover, `${day}/${leftover}`, `${artifacts}/${leftover}`];
    for (const path of [...leftovers, foreign, `${day}/my.tmp`])
      await writeFile(join(lab.root, path), 'half');
    await mkdir(join(lab.root, artifacts, '102300Z_dead_01234567'));
    await mkdir(join(lab.root, artifacts, 'drafts'));
    await symlink('102300Z_gone_01234567', join(lab.root, artifacts, 'commit_0123456789ab'));
    await symlink('nowhere', join(lab.root, day, 'mine'));
    const { removed, damaged } = await sync(lab, self);
    const gone = [...leftovers, `${artifacts}/102300Z_dead_01234567`, `${artifacts}/commit_0123456789ab`];
    expect([...removed].sort()).toEqual(gone.sort());
    expect(damaged).toEqual([]);
    expect(await readdir(lab.root)).toContain(foreign);
    expect(await readdir(join(lab.root, day))).toEqual(expect.arrayContaining(['my.tmp', 'mine']));
    expect(await readdir(join(lab.root, artifacts))).toContain('drafts');
  });
});

test('when the runs of a day are gone, so is what led to them', async () => {
  await withLab(async (lab) => {
    const path = await publish(lab, 0);
    await rm(join(lab.root, path), { recursive: true });
    expect((await sync(lab, self)).removed).toEqual([`${day}/run.json`]);
    expect(await readFile(join(lab.root, 'runs.csv'), 'utf8')).toBe(formatLedger([]));
    await rm(join(lab.root, '2025'), { recursive: true });
    expect((await sync(lab, self)).removed).toEqual(['latest']);
  });
});

test('folders that no calendar has, or no lab can have, are no days', async () => {
  await withLab(async (lab) => {
    for (const path of ['2025/99/99', '2025/02/30', '0000/01/01', '9999/01/01']) {
      await mkdir(join(lab.root, path, 'ai-team/artifacts'), { recursive: true });
    }
    expect(await sync(lab, self)).toMatchObject({ days: 0, rewritten: ['runs.csv'] });
    expect(await readdir(lab.root)).not.toContain('latest');
  });
});

test('a run whose start no calendar or lab has is damaged', async () => {
  await withLab(async (lab) => {
    const path = await publish(lab, 0);
    const record = await readFile(join(lab.root, path, 'run.json'), 'utf8');
    for (const date of ['2025-02-30', '9999-01-01', '0000-01-01']) {
      await writeFile(join(lab.root, path, 'run.json'), record.replaceAll('2025-10-15', date));
      expect((await sync(lab, self)).damaged).toMatchObject([
        { path, faults: [{ pointer: '/timestamp_start' }] },
      ]);
    }
  });
});

test('runs that end while a sync works, again and again, are all listed', async () => {
  await withLab(async (lab) => {
    makeLab(lab.root, 150);
    let publishing = true;
    const syncing = async () => {
      while (publishing) await sync(lab, self);
    };
    const publishAll = async () => {
      const paths: string[] = [];
      for (let at = 0; at < 20; at += 1) paths.push(await publish(lab, at));
      publishing = false;
      return paths;
    };
    const [paths] = await Promise.all([publishAll(), syncing()]);
    const listed = new Set((await readLedger(lab)).map((row) => row.path));
    expect(paths.filter((path) => !listed.has(path))).toEqual([]);
    const newest = await readlink(join(lab.root, day, 'run.json'));
    await sync(lab, self);
    expect(await readlink(join(lab.root, day, 'run.json'))).toBe(newest);
  });
});

test('30,000 runs are all listed, and the damaged ones are all said', async () => {
  await withLab(async (lab) => {
    const made = makeLab(lab.root, 30_000);
    const report = await sync(lab, self);
    expect(report).toMatchObject({ days: made.days, runs: made.good, settled: [], running: [], removed: [] });
    expect(report.damaged.map(({ path }) => path).sort()).toEqual(made.damaged);
    expect(await readLedger(lab)).toHaveLength(made.good);
  }, roomyFolder);
});

test('killed at any time a sync leaves the old ledger or the new one', async () => {
  await withLab(async (lab) => {
    const made = makeLab(lab.root, 2000);
    const ledger = join(lab.root, 'runs.csv');
    const old = formatLedger([]);
    let kills = 0;
    for (let delay = 60; kills < 12 && delay < 2000; delay += 40) {
      await writeFile(ledger, old);
      const child = spawn(process.execPath, [program, lab.root]);
      const timer = setTimeout(() => child.kill('SIGKILL'), delay);
      const [, signal] = (await once(child, 'close')) as [number, string | null];
      clearTimeout(timer);
      if (signal === 'SIGKILL') kills += 1;
      const found = await readFile(ledger, 'utf8');
      if (found !== old) expect(parseLedger(found)).toHaveLength(made.good);
    }
    expect(kills).toBeGreaterThanOrEqual(5);
    expect((await sync(lab, self)).runs).toBe(made.good);
    expect((await readdir(lab.root)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
