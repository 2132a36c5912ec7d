import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedger, type LedgerRow, ledgerHeader } from '@timelab/core';
import { describe, expect, test } from 'vitest';
import { claimRun, identifySelf, type Lab, readIndex, sync } from '../src/index.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const self = identifySelf();
const clockAt = (at: number) => ({ now: () => new Date(Date.UTC(2025, 9, 15, 10, 23, at)) });

async function publish(lab: Lab, at: number): Promise<string> {
  const run = await claimRun(lab, sampleDraft, clockAt(at), self);
  await run.finish(endOf(run, clockAt(at).now()));
  return run.relativePath;
}

/** A lab of five runs, synced; their paths, and its ledger as it has to be. */
async function withRuns(work: (lab: Lab, paths: string[], ledger: string) => Promise<void>): Promise<void> {
  await withLab(async (lab) => {
    const paths: string[] = [];
    for (let at = 0; at < 5; at += 1) paths.push(await publish(lab, at));
    await sync(lab, self);
    await work(lab, paths, await readFile(join(lab.root, 'runs.csv'), 'utf8'));
  });
}

const pathsOf = (rows: readonly LedgerRow[]) => rows.map(({ path }) => path).sort();
const ledgerIn = (lab: Lab) => readFile(join(lab.root, 'runs.csv'), 'utf8');

describe('the index', () => {
  test('is the ledger where that is in step, and reads no record then', async () => {
    await withRuns(async (lab, paths, ledger) => {
      // A record that was spoilt is what would be read, if one was.
      for (const path of paths) await writeFile(join(lab.root, path, 'run.json'), 'spoilt');
      const index = await readIndex(lab);
      expect(index).toMatchObject({ missing: 0, stray: 0, damaged: [] });
      expect(formatLedger(index.rows)).toBe(ledger);
    });
  });

  const header = `${ledgerHeader}\n`;
  test.each<[what: string, spoil: (text: string) => string, missing: number]>([
    ['is gone', () => '', 5],
    ['is empty but for its header', () => header, 5],
    ['lacks a row', (text) => text.replace(/\n[^\n]*\n$/, '\n'), 1],
    ['is torn in its last row', (text) => text.slice(0, -40), 1],
    ['is torn in its last cell', (text) => text.slice(0, -1), 1],
    ['has no header', (text) => text.slice(header.length), 5],
    ['has the columns of an earlier version', (text) => text.replace(/(,[^,\n]*){4}$/gm, ''), 5],
    [
      'has the marks of a merge',
      (text) => `${text.replace(/\n(?=[^\n]*\n$)/, '\n<<<<<<< HEAD\n')}=======\n`,
      0,
    ],
    ['has a run as it was at work', (text) => text.replaceAll(',ok,', ',running,'), 5],
  ])('is whole where the ledger %s, and puts that right', async (_, spoil, missing) => {
    await withRuns(async (lab, paths, ledger) => {
      const spoilt = spoil(ledger);
      if (spoilt === '') await rm(join(lab.root, 'runs.csv'));
      else await writeFile(join(lab.root, 'runs.csv'), spoilt);
      const index = await readIndex(lab);
      expect(index).toMatchObject({ missing, stray: 0 });
      expect(pathsOf(index.rows)).toEqual(paths);
      if (missing > 0) expect(await ledgerIn(lab)).toBe(ledger);
      expect(await readIndex(lab)).toMatchObject({ missing: 0, stray: 0 });
    });
  });

  test('leaves out rows that lead to no run, and takes the last of two for one', async () => {
    await withRuns(async (lab, [gone = '', ...rest], ledger) => {
      await rm(join(lab.root, gone), { recursive: true });
      const [header = '', ...rows] = ledger.split('\n');
      const before = rows.map((row) => row.replace(',ok,', ',error,'));
      await writeFile(join(lab.root, 'runs.csv'), [header, ...before.slice(0, -1), ...rows].join('\n'));
      const index = await readIndex(lab);
      expect(pathsOf(index.rows)).toEqual(rest);
      expect(index.rows.filter(({ status }) => status === 'error')).toEqual([]);
      expect(index).toMatchObject({ missing: 0, stray: 2 });
      const mended = await ledgerIn(lab);
      await sync(lab, self);
      expect(await ledgerIn(lab)).toBe(mended);
      expect((await readIndex(lab)).stray).toBe(0);
    });
  });

  test('does not believe a row that was changed by hand, nor one that hides behind the next', async () => {
    await withRuns(async (lab, paths, ledger) => {
      const other = (text: string) => text.replace(/,ok,,/, ',error,disk_full,');
      for (const more of [false, true]) {
        await writeFile(join(lab.root, 'runs.csv'), other(ledger));
        const late = more ? [await publish(lab, 40)] : [];
        const index = await readIndex(lab);
        expect(index.rows.map(({ status }) => status)).toEqual([...paths, ...late].map(() => 'ok'));
        expect(index).toMatchObject({ missing: 0, stray: 0, wrong: 1 });
        expect(await readIndex(lab)).toMatchObject({ missing: 0, stray: 0, wrong: 0 });
        if (!more) expect(await ledgerIn(lab)).toBe(ledger);
      }
    });
  });

  test('reads the records of the runs that were added since, and those only; without its seal all of them', async () => {
    await withRuns(async (lab, paths) => {
      const late = await publish(lab, 40);
      await writeFile(
        join(lab.root, 'runs.csv'),
        (await ledgerIn(lab)).replace(/,ok,,(?=[^\n]*\n$)/, ',error,bad,'),
      );
      for (const path of paths) await writeFile(join(lab.root, path, 'run.json'), 'spoilt');
      expect(await readIndex(lab)).toMatchObject({ damaged: [], wrong: 1, of: 6 });
      await writeFile(join(lab.root, late, 'run.json'), 'spoilt');
      expect(await readIndex(lab)).toMatchObject({ damaged: [], wrong: 0, of: 6 });
      await rm(join(lab.root, '.timelab'), { recursive: true });
      expect((await readIndex(lab)).damaged).toHaveLength(6);
    });
  });

  test('leaves out a run whose folder has lost its record', async () => {
    await withRuns(async (lab, [gone = '', ...rest]) => {
      await rm(join(lab.root, gone, 'run.json'));
      expect(await readIndex(lab, () => false)).toMatchObject({ rows: [], stray: 0 });
      const index = await readIndex(lab);
      expect(pathsOf(index.rows)).toEqual(rest);
      expect(index).toMatchObject({ of: rest.length, missing: 0, stray: 1 });
      const mended = await ledgerIn(lab);
      await sync(lab, self);
      expect(await ledgerIn(lab)).toBe(mended);
    });
  });

  test('misses a folder that has gone since it was last looked for, whichever rows are wanted', async () => {
    await withRuns(async (lab, [gone = '', ...rest]) => {
      expect(await readIndex(lab)).toMatchObject({ of: 5, stray: 0 });
      await rm(join(lab.root, gone), { recursive: true });
      expect(await readIndex(lab, () => false)).toMatchObject({ of: 4, stray: 1 });
      expect(await readIndex(lab)).toMatchObject({ of: 4, stray: 0 });
      await rm(join(lab.root, gone.slice(0, 'YYYY'.length)), { recursive: true });
      expect(await readIndex(lab, () => false)).toMatchObject({ of: 0, stray: rest.length });
    });
  });

  test('holds a row that was added for a run that it lists against the record, and each row once', async () => {
    await withRuns(async (lab, _, ledger) => {
      expect(await readIndex(lab)).toMatchObject({ of: 5 });
      const [, first = ''] = ledger.split('\n');
      await appendFile(join(lab.root, 'runs.csv'), `${first}\n`);
      for (const look of [1, 2]) {
        const index = await readIndex(lab);
        expect(index, `look ${look}`).toMatchObject({ of: 5, missing: 0, stray: 0, wrong: 0 });
        expect(formatLedger(index.rows)).toBe(ledger);
      }
      await appendFile(join(lab.root, 'runs.csv'), `${first.replace(',ok,,', ',error,bad,')}\n`);
      expect(await readIndex(lab)).toMatchObject({ of: 5, missing: 0, stray: 0, wrong: 1 });
      expect(await ledgerIn(lab)).toBe(ledger);
    });
  });

  test('gives the rows that are wanted, counts the others, and loses none when it puts the ledger right', async () => {
    await withRuns(async (lab, [first = '', ...rest], ledger) => {
      await writeFile(join(lab.root, 'runs.csv'), ledger.replace(/\n[^\n]*\n$/, '\n'));
      const index = await readIndex(lab, ({ path }) => path === first);
      expect(pathsOf(index.rows)).toEqual([first]);
      expect(index).toMatchObject({ of: rest.length + 1, missing: 1 });
      expect(await ledgerIn(lab)).toBe(ledger);
    });
  });

  test('has a run that is at work, by its record, and leaves the ledger alone for it', async () => {
    await withRuns(async (lab, paths, ledger) => {
      const run = await claimRun(lab, sampleDraft, clockAt(30), self);
      const index = await readIndex(lab);
      expect(pathsOf(index.rows)).toEqual([...paths, run.relativePath].sort());
      expect(index).toMatchObject({ missing: 0, stray: 0 });
      expect(await ledgerIn(lab)).toBe(ledger);
      await run.finish(endOf(run, clockAt(31).now()));
      expect((await readIndex(lab)).rows.filter(({ status }) => status === 'running')).toEqual([]);
    });
  });

  test('tells of damaged records each time, and is not held up by what is no run', async () => {
    await withRuns(async (lab, [moved = '', ...rest]) => {
      const artifacts = join(lab.root, moved, '..');
      await rename(join(lab.root, moved), join(artifacts, '000000Z_other_00000000'));
      await mkdir(join(artifacts, '111111Z_empty_11111111'));
      await symlink('nowhere', join(artifacts, '222222Z_link_22222222'));
      await writeFile(join(artifacts, '333333Z_file_33333333'), '');
      for (const stray of [1, 0]) {
        const index = await readIndex(lab);
        expect(index).toMatchObject({ stray, damaged: [{ path: expect.stringMatching(/000000Z_other/) }] });
        expect(pathsOf(index.rows)).toEqual(rest);
      }
    });
  });

  test('loses no run that ends while it is put right', async () => {
    await withRuns(async (lab, paths) => {
      await rm(join(lab.root, 'runs.csv'));
      const more = Array.from({ length: 8 }, (_, at) => publish(lab, 40 + at));
      const [, ...made] = await Promise.all([readIndex(lab), ...more, readIndex(lab)]);
      const all = [...paths, ...made.filter((one) => typeof one === 'string')].sort();
      expect(pathsOf((await readIndex(lab)).rows)).toEqual(all);
      await readIndex(lab);
      expect(await readIndex(lab)).toMatchObject({ missing: 0, stray: 0 });
    });
  });
});
