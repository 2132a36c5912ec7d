import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedger, type LedgerRow, ledgerRow, wholeRows } from '@timelab/core';
import { explained, unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { type LedgerMark, ledgerOf, markLedger, readLedgerText, replaceLedger } from './ledger-file.ts';
import { compareAdded, type LedgerParts, partLedger } from './ledger-parts.ts';
import { sealedLength, sealLedger } from './ledger-seal.ts';
import { READS_AT_ONCE } from './list-runs.ts';
import { hasRecord, readRun } from './read-run.ts';
import { markListed, noneListed, type RunNames, readRunNames, unlistedIn } from './run-names.ts';
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
    const text = await readLedgerText(lab);
    const parts = partLedger(text, await sealedLength(lab, text));
    const names = await readRunNames(lab);
    const { wanted, believed, stray } = believe(lab, parts, names, isWanted);
    const { rows: read, damaged } = await readRuns(lab, unlistedIn(names));
    const found = compareAdded(parts.added, read);
    const faults = { ...found, stray: stray + found.stray };
    if (faults.missing + faults.wrong + faults.stray > 0) {
      const all = believe(lab, parts, noneListed(names), () => true).wanted;
      await whereAllowed(lab, () => putRight(lab, [...all, ...read], mark));
    } else if (parts.added !== '') await sealLedger(lab, text);
    return { rows: [...wanted, ...read.filter(isWanted)], of: believed + read.length, damaged, ...faults };
  });
}

async function putRight(lab: Lab, rows: readonly LedgerRow[], mark: LedgerMark | undefined): Promise<void> {
  await replaceLedger(ledgerOf(lab), rows, mark);
  await sealLedger(lab, formatLedger(rows));
}

interface Believed {
  readonly wanted: readonly LedgerRow[];
  readonly believed: number;
  readonly stray: number;
}

/**
 * Goes through the sealed part of a ledger from its end, where the newest row of a run stands, and marks the folders that
 * it lists. That a folder still holds a record is seen for the rows that are wanted: to look into each would take longer
 * than all the rest.
 */
function believe(
  lab: Lab,
  { sealed, doubted }: LedgerParts,
  names: RunNames,
  isWanted: (row: LedgerRow) => boolean,
): Believed {
  let [believed, stray] = [0, 0];
  const wanted = wholeRows(sealed, (row) => {
    if (doubted.size > 0 && doubted.has(row.path)) return false;
    const hasEnded = row.status !== 'running';
    const isListed = markListed(names, row.path, hasEnded);
    if (isListed === undefined) stray += 1;
    if (isListed !== false || !hasEnded) return false;
    const fits = isWanted(row);
    const leads = !fits || hasRecord(join(lab.root, row.path));
    if (leads) believed += 1;
    else stray += 1;
    return fits && leads;
  });
  return { wanted, believed, stray };
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
