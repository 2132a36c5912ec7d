import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedger, type LedgerRow, ledgerRow } from '@timelab/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimRun, identifySelf, type Lab, readIndex, sync } from '../src/index.ts';
import { listRuns } from '../src/list-runs.ts';
import { placeFaults } from '../src/run-path.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const self = identifySelf();

/** What may happen to a lab between two looks at its index; `at` chooses the run or the row that it happens to. */
const happenings: Readonly<Record<string, (lab: Lab, at: number) => Promise<unknown>>> = {
  'a run on a day of three': async (lab, at) => {
    const clock = { now: () => new Date(Date.UTC(2025, 9, 15 + (at % 3), 10, 23, at % 60, at)) };
    const run = await claimRun(lab, sampleDraft, clock, self);
    await run.finish(endOf(run, clock.now()));
  },
  'a run goes': async (lab, at) => withRun(lab, at, (folder) => rm(folder, { recursive: true })),
  'a record goes': async (lab, at) => withRun(lab, at, (folder) => rm(join(folder, 'run.json'))),
  'a folder is renamed': async (lab, at) =>
    withRun(lab, at, (folder) => rename(folder, folder.replace(/Z_.*_/, `Z_other-${at}_`))),
  'a folder comes by hand': async (lab, at) => {
    const folder = join(lab.root, '2025/10/16/ai-team/artifacts', `00000${at % 10}Z_made_0000000${at % 10}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'run.json'), '{');
  },
  'a day goes': async (lab, at) =>
    rm(join(lab.root, `2025/10/${15 + (at % 3)}`), { recursive: true, force: true }),
  'a row is edited': async (lab, at) =>
    edit(lab, (rows) =>
      rows.map((row, on) => (on === at % rows.length ? row.replace(',ok,', ',error,') : row)),
    ),
  'a row goes': async (lab, at) => edit(lab, (rows) => rows.filter((_, on) => on !== at % rows.length)),
  'a row stands twice': async (lab, at) =>
    edit(lab, (rows) => [...rows, ...rows.slice(at % rows.length, (at % rows.length) + 1)]),
  'a row leads nowhere': async (lab, at) =>
    edit(lab, (rows) => [
      ...rows,
      ...rows.slice(0, 1).map((row) => row.replace('/10/', `/0${1 + (at % 9)}/`)),
    ]),
  'a row is torn': async (lab) =>
    edit(lab, (rows) => [...rows, ...rows.slice(0, 1).map((row) => row.slice(0, -30))]),
  'marks of a merge': async (lab) => appendFile(join(lab.root, 'runs.csv'), '<<<<<<< HEAD\n=======\n'),
  'other line ends': async (lab) => edit(lab, (rows) => rows.map((row) => `${row}\r`)),
  'the ledger goes': async (lab) => rm(join(lab.root, 'runs.csv'), { force: true }),
  'the seal goes': async (lab) => rm(join(lab.root, '.timelab/ledger-seal'), { force: true }),
  'a sync': async (lab) => sync(lab, self),
};

async function withRun(lab: Lab, at: number, work: (folder: string) => Promise<void>): Promise<void> {
  const paths: string[] = [];
  for await (const { path } of listRuns(lab)) paths.push(path);
  const path = paths.sort()[at % paths.length];
  if (path !== undefined) await work(join(lab.root, path));
}

async function edit(lab: Lab, change: (rows: string[]) => string[]): Promise<void> {
  const [header = '', ...rows] = (await ledgerIn(lab)).split('\n').filter((line) => line !== '');
  if (rows.length > 0) await writeFile(join(lab.root, 'runs.csv'), [header, ...change(rows), ''].join('\n'));
}

const ledgerIn = (lab: Lab) => readFile(join(lab.root, 'runs.csv'), 'utf8').catch(() => '');

/** What the index has to say, from the records alone. */
async function truth(lab: Lab): Promise<{ ledger: string; damaged: string[] }> {
  const rows: LedgerRow[] = [];
  const damaged: string[] = [];
  for await (const { path, reading } of listRuns(lab)) {
    if ('manifest' in reading && placeFaults(path, reading.manifest).length === 0)
      rows.push(ledgerRow(reading.manifest, path));
    else damaged.push(path);
  }
  return { ledger: formatLedger(rows), damaged: damaged.sort() };
}

async function seen(lab: Lab) {
  const { rows, damaged } = await readIndex(lab);
  return { ledger: formatLedger(rows), damaged: damaged.map(({ path }) => path).sort() };
}

const happening = fc.tuple(fc.constantFrom(...Object.keys(happenings)), fc.nat(99));

test('whatever happens to a lab, its index says what the records say, and the second look has nothing to put right', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(happening, { maxLength: 3 }), { maxLength: 5 }), async (looks) => {
      await withLab(async (lab) => {
        for (let at = 0; at < 4; at += 1) await happenings['a run on a day of three']?.(lab, at);
        for (const look of looks) {
          for (const [name, at] of look) await happenings[name]?.(lab, at);
          const expected = await truth(lab);
          expect(await seen(lab)).toEqual(expected);
          const before = await ledgerIn(lab);
          const again = await readIndex(lab, ({ timestamp_start }) => timestamp_start < '2025-10-16');
          expect(again).toMatchObject({ missing: 0, stray: 0, wrong: 0 });
          expect(again.of).toBe(expected.ledger.split('\n').length - 2);
          expect(again.rows.every(({ path }) => path.startsWith('2025/10/15'))).toBe(true);
          expect(await seen(lab)).toEqual(expected);
          expect(await ledgerIn(lab)).toBe(before);
        }
      });
    }),
    { numRuns: 40 },
  );
}, 300_000);
