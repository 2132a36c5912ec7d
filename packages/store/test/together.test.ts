import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { planDay } from '@timelab/core';
import { beforeAll, expect, test } from 'vitest';
import { identifySelf, type Lab, makeDay, sync } from '../src/index.ts';
import { readLedger } from '../src/ledger-file.ts';
import { listRuns } from '../src/list-runs.ts';
import { bundle } from './bundle.ts';
import { rehashes } from './lab-inspection.ts';
import { withLab } from './temporary-lab.ts';

const run = promisify(execFile);
let publisher: string;
let dayMaker: string;

beforeAll(async () => {
  [publisher, dayMaker] = await Promise.all([bundle('./publish.ts'), bundle('./make-day-once.ts')]);
});

/** Starts a program so many times at once; gives the lines that all of them printed. */
async function startTogether(count: number, program: string, args: readonly string[]): Promise<string[]> {
  const started = Array.from({ length: count }, () => run(process.execPath, [program, ...args]));
  const outputs = await Promise.all(started);
  expect(outputs.map(({ stderr }) => stderr).filter((text) => text !== '')).toEqual([]);
  return outputs.flatMap(({ stdout }) => stdout.split('\n').slice(0, -1));
}

async function goodRuns(lab: Lab): Promise<string[]> {
  const good: string[] = [];
  for await (const { path, reading } of listRuns(lab)) {
    if ('manifest' in reading && rehashes(join(lab.root, path), reading.manifest)) good.push(path);
  }
  return good.sort();
}

test.each(['safe', 'set-clock'])(
  '32 processes that publish one spec at once (%s) get a run each',
  async (how) => {
    await withLab(async (lab) => {
      const printed = await startTogether(32, publisher, [lab.root, '1', how]);
      const rows = await readLedger(lab);
      expect(await goodRuns(lab)).toEqual(printed.sort());
      expect(new Set(printed).size).toBe(32);
      expect(rows.map((row) => row.path).sort()).toEqual(printed);
      expect(new Set(rows.map((row) => row.run_id)).size).toBe(32);
      const newest = rows
        .map((row) => `${row.timestamp_start} ${row.path}`)
        .sort()
        .at(-1)
        ?.split(' ')[1];
      const latest = join(lab.root, 'latest');
      expect(`${await readlink(latest)}/${await readlink(join(latest, 'run.json'))}`).toBe(
        `${newest}/run.json`,
      );
      expect(await sync(lab, identifySelf())).toMatchObject({
        runs: 32,
        damaged: [],
        running: [],
        settled: [],
      });
    });
  },
);

test('16 processes that make one day at once make it once', async () => {
  await withLab(async (lab) => {
    const plan = planDay('2025/10/15');
    const made = await startTogether(16, dayMaker, [lab.root, plan.day]);
    expect(made.sort()).toEqual(plan.files.map((file) => file.path).sort());
    for (const { path, text } of plan.files) expect(await readFile(join(lab.root, path), 'utf8')).toBe(text);
    for (const folder of plan.folders) expect(await readdir(join(lab.root, folder))).toEqual([]);
    expect(await readlink(join(lab.root, 'latest'))).toBe(plan.day);
    expect((await readdir(lab.root)).sort()).toEqual(['2025', 'latest']);
  });
});

test('days that are made at once all come to be, and the newest is the latest', async () => {
  await withLab(async (lab) => {
    const days = Array.from({ length: 16 }, (_, at) => `2025/10/${10 + at}`);
    await Promise.all(days.map((day) => makeDay(lab, planDay(day))));
    expect((await readdir(join(lab.root, '2025/10'))).sort()).toEqual(days.map((day) => day.slice(8)));
    expect(await readlink(join(lab.root, 'latest'))).toBe('2025/10/25');
  });
});
