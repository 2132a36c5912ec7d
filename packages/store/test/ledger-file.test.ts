import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedger, formatRow, type LedgerRow, ledgerHeader, ledgerRow, parseLedger } from '@timelab/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  appendRow,
  ensureRow,
  ledgerOf,
  markLedger,
  readLastRows,
  readLedger,
  replaceLedger,
} from '../src/ledger-file.ts';
import { runPath } from '../src/run-path.ts';
import { sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const origin = Date.UTC(2025, 9, 15, 10, 23);

function sampleRow(at: number): LedgerRow {
  const { section, manifest } = sampleDraft(new Date(origin + at));
  return ledgerRow(manifest, runPath(section, manifest));
}

test('rows that many add at once all stand, under one header', async () => {
  await withLab(async (lab) => {
    const rows = Array.from({ length: 100 }, (_, at) => sampleRow(at));
    await Promise.all(rows.map((row) => appendRow(ledgerOf(lab), row)));
    const text = await readFile(ledgerOf(lab), 'utf8');
    expect(text.split('\n').filter((line) => line === ledgerHeader)).toHaveLength(1);
    expect(formatLedger(await readLedger(lab))).toBe(formatLedger(rows));
    expect(text.split('\n')).toHaveLength(102);
  });
});

test('a fragment that a crash left anywhere costs no row that was added after it', async () => {
  const fragment = fc.record({
    at: fc.nat({ max: 4 }),
    length: fc.nat({ max: formatRow(sampleRow(0)).length }),
  });
  const property = fc.asyncProperty(fc.array(fragment, { maxLength: 4 }), async (fragments) => {
    await withLab(async (lab) => {
      const rows = Array.from({ length: 5 }, (_, at) => sampleRow(at));
      for (const [at, row] of rows.entries()) {
        await appendRow(ledgerOf(lab), row);
        for (const torn of fragments.filter((each) => each.at === at)) {
          await appendFile(ledgerOf(lab), formatRow(sampleRow(1000 + at)).slice(0, torn.length));
        }
      }
      const found = (await readLedger(lab)).filter((row) => rows.some((each) => each.run_id === row.run_id));
      expect(formatLedger(found)).toBe(formatLedger(rows));
    });
  });
  await fc.assert(property, { numRuns: 50 });
});

test('a row torn anywhere, in its last field too, is no row', () => {
  const line = formatRow(sampleRow(0));
  // A row that ends with its path is whole: older ledgers have no column after it.
  const pathEnd = line.indexOf(sampleRow(0).path) + sampleRow(0).path.length;
  for (let length = 0; length < pathEnd; length += 1) expect(parseLedger(line.slice(0, length))).toEqual([]);
  expect(parseLedger(line)).toEqual([sampleRow(0)]);
});

test('a row that stands already is not added again', async () => {
  await withLab(async (lab) => {
    for (let again = 0; again < 3; again += 1) await ensureRow(ledgerOf(lab), sampleRow(7));
    expect(await readFile(ledgerOf(lab), 'utf8')).toBe(formatLedger([sampleRow(7)]));
  });
});

test('a ledger that is replaced keeps what was added since its mark, and drops what was before', async () => {
  await withLab(async (lab) => {
    const ledger = ledgerOf(lab);
    await appendRow(ledger, sampleRow(1));
    const mark = await markLedger(ledger);
    await appendRow(ledger, sampleRow(2));
    expect(await replaceLedger(ledger, [sampleRow(3)], mark)).toBe(true);
    expect(await readFile(ledger, 'utf8')).toBe(formatLedger([sampleRow(2), sampleRow(3)]));
    expect(await replaceLedger(ledger, [sampleRow(2), sampleRow(3)], await markLedger(ledger))).toBe(false);
  });
});

test('rows that are added while the ledger is replaced again and again are never lost', async () => {
  await withLab(async (lab) => {
    const ledger = ledgerOf(lab);
    const rows = Array.from({ length: 150 }, (_, at) => sampleRow(at));
    let added = 0;
    const add = async (mine: readonly LedgerRow[]) => {
      for (const row of mine) await appendRow(ledger, row);
      added += 1;
    };
    const replace = async () => {
      while (added < 3) {
        const mark = await markLedger(ledger);
        await replaceLedger(ledger, await readLedger(lab), mark);
      }
    };
    await Promise.all([add(rows.slice(0, 50)), add(rows.slice(50, 100)), add(rows.slice(100)), replace()]);
    expect(formatLedger(await readLedger(lab))).toBe(formatLedger(rows));
  });
});

test('the last rows are found in a ledger that is longer than what is read of it', async () => {
  await withLab(async (lab) => {
    const rows = Array.from({ length: 1000 }, (_, at) => sampleRow(at));
    await writeFile(ledgerOf(lab), formatLedger(rows));
    const last = await readLastRows(ledgerOf(lab));
    expect(last.length).toBeGreaterThan(100);
    expect(last).toEqual(rows.slice(-last.length));
  });
});

test('a lab without a ledger has no rows, and a folder in its place is said in words', async () => {
  await withLab(async (lab) => {
    expect(await readLedger(lab)).toEqual([]);
    await mkdir(join(lab.root, 'runs.csv'));
    await expect(readLedger(lab)).rejects.toThrow(/^runs\.csv could not be read: a folder stands/);
  });
});
