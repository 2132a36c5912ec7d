import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedger, type LedgerRow, ledgerRow } from '@timelab/core';
import { believeRows, type LedgerSight } from './believe-rows.ts';
import { explained, unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { type LedgerMark, ledgerOf, markLedger, readLedgerBytes, replaceLedger } from './ledger-file.ts';
import { compareAdded, partLedger } from './ledger-parts.ts';
import { readSeal, sealLedger } from './ledger-seal.ts';
import { READS_AT_ONCE } from './list-runs.ts';
import { readRun } from './read-run.ts';
import { noneListed, unlistedIn } from './run-marks.ts';
import { readRunNames } from './run-names.ts';
import { placeFaults } from './run-path.ts';
import { whereAllowed } from './settle.ts';
import type { DamagedRun } from './survey-day.ts';
import { workAhead } from './work-ahead.ts';

/** The runs of a lab that were asked for, as its ledger lists them where that can be believed, and elsewhere as their records do. */
export interface RunIndex {
  readonly rows: readonly LedgerRow[];
  /** How many runs there are, with those that were not asked for. */
  readonly of: number;
  /** The runs that cannot be listed, because their records are bad or in the wrong place. */
  readonly damaged: readonly DamagedRun[];
  /** How many runs the ledger did not list, or not whole. */
  readonly missing: number;
  /** How many rows led to no run. */
  readonly stray: number;
  /** How many rows were not as the record of their run has it. */
  readonly wrong: number;
}

/**
 * Reads runs.csv and holds it against the names of the run folders. A run that has no whole row, or was at work when it
 * was listed, is read from its record, as are those whose rows were added or changed since the ledger was sealed; a row
 * without a folder is left out. Where that changed anything the ledger is put right, to the bytes that `sync` would give
 * it, if this user may. `isWanted` chooses the rows that are given. Throws Problems of the disk.
 */
export async function readIndex(
  lab: Lab,
  isWanted: (row: LedgerRow) => boolean = () => true,
): Promise<RunIndex> {
  return explained(lab, async () => {
    const mark = await markLedger(ledgerOf(lab));
    const ledger = await readLedgerBytes(lab);
    const { length, held } = await readSeal(lab, ledger);
    const parts = partLedger(ledger, length);
    const names = await readRunNames(lab, held, parts.doubted);
    const sight: LedgerSight = { parts, marks: noneListed(names), isHeld: held !== undefined };
    const { wanted, believed, stray } = believeRows(lab, sight, isWanted);
    const unlisted = unlistedIn(sight.marks, held);
    const { rows: read, damaged } = await readRuns(lab, unlisted);
    const found = compareAdded(parts.added, read);
    const faults = { ...found, stray: stray + found.stray };
    if (faults.missing + faults.wrong + faults.stray > 0) {
      const all = believeRows(lab, { ...sight, marks: noneListed(names) }, () => true).wanted;
      await whereAllowed(lab, () => putRight(lab, [...all, ...read], mark));
    } else if (parts.added !== '' || sight.marks.size > 0) {
      const ended = new Set(read.filter(({ status }) => status !== 'running').map(({ path }) => path));
      const others = unlisted.filter((path) => !ended.has(path));
      // With any other line, one that is no row or that another stands for, each has to be looked at again.
      const areAll = countLines(ledger) === believed + ended.size;
      await sealLedger(lab, ledger, areAll ? { places: names.places, unlisted: others } : undefined);
    }
    return { rows: [...wanted, ...read.filter(isWanted)], of: believed + read.length, damaged, ...faults };
  });
}

async function putRight(lab: Lab, rows: readonly LedgerRow[], mark: LedgerMark | undefined): Promise<void> {
  await replaceLedger(ledgerOf(lab), rows, mark);
  await sealLedger(lab, Buffer.from(formatLedger(rows)));
}

/** How many lines a ledger has below its header. */
function countLines(ledger: Uint8Array): number {
  let count = -1;
  for (let at = ledger.indexOf(0x0a); at >= 0; at = ledger.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

async function readRuns(
  lab: Lab,
  paths: readonly string[],
): Promise<{ rows: LedgerRow[]; damaged: DamagedRun[] }> {
  const rows: LedgerRow[] = [];
  const damaged: DamagedRun[] = [];
  const readings = workAhead(paths, READS_AT_ONCE, async (path) => ({
    path,
    reading: (await isFolder(join(lab.root, path))) ? await readRun(join(lab.root, path)) : undefined,
  }));
  for await (const { path, reading } of readings) {
    // A folder without a record may be one that a run is just claiming.
    if (reading === undefined) continue;
    const faults = 'faults' in reading ? reading.faults : placeFaults(path, reading.manifest);
    if (faults.length > 0) damaged.push({ path, faults });
    else if ('manifest' in reading) rows.push(ledgerRow(reading.manifest, path));
  }
  return { rows, damaged };
}

async function isFolder(path: string): Promise<boolean> {
  return (await unless(['ENOENT', 'ENOTDIR'], lstat(path)))?.isDirectory() === true;
}
