import { lstatSync, readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import {
  faultAt,
  type LedgerRow,
  ledgerColumns,
  ledgerRow,
  parseLedger,
  type RecordFault,
  rankOf,
  runPlaces,
} from '@timelab/core';
import { commitLinksOf, holderOfCommitLink, rankOfHolder } from './commit-links.ts';
import { claimedLinks, holderOf, newestDay, type PlacedRun, rankOfRun } from './derived-links.ts';
import { isSystemError, reasonOf } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { type LedgerMark, ledgerOf, markLedger, readWholeLedger } from './ledger-file.ts';
import { linkTarget } from './link.ts';
import { hasRecord } from './read-run.ts';
import { dayOfPath, isRunPath } from './run-path.ts';

/** What is derived of a lab's runs, as it stands on disk: read once, however many runs are held against it. */
export interface DerivedState {
  /** Where ledgers and links are not as a finished run has them. */
  faultsOf(run: PlacedRun): Promise<RecordFault[]>;
  /** Where ledgers list runs that are not among these paths, and whether `latest` leads to the newest day. */
  faultsOfLab(paths: ReadonlySet<string>): Promise<RecordFault[]>;
}

/** Looks at the ledgers and links of a lab, and changes none of them. */
export function openDerived(lab: Lab): DerivedState {
  const ledgers = new Map<string, Promise<ReadLedger>>();
  const ranks = new Map<string, string | undefined>();
  const ledgerAt: LedgerAt = (day) => {
    const ledger = ledgers.get(day) ?? readRows(lab, day);
    ledgers.set(day, ledger);
    return ledger;
  };
  const lookAt = async (run: PlacedRun) => {
    const day = dayOfPath(run.path);
    const due = ledgerRow(run.manifest, run.path);
    const ofDay = await ledgerAt(day);
    return [
      ...rowFaults(due, day, ofDay),
      ...rowFaults(due, '', await ledgerAt('')),
      ...(await dayLinkFaults(lab, run, ofDay.newest)),
      ...(await commitLinkFaults(lab, run, ranks)),
    ];
  };
  return {
    faultsOf: async (run) => {
      if ((await lookAt(run)).length === 0) return [];
      // Runs may end, and syncs may write, meanwhile: what looks wrong is looked at once more.
      for (const [day, ledger] of ledgers) {
        if (hasMoved((await ledger).mark, await markLedger(ledgerOf(lab, day)))) ledgers.delete(day);
      }
      return lookAt(run);
    },
    faultsOfLab: async (paths) => {
      const days = new Set(['', ...[...paths].map(dayOfPath)]);
      const strays: RecordFault[] = [];
      for (const day of days) strays.push(...strayRows(lab, day, await ledgerAt(day), paths));
      return [...strays, ...(await latestFaults(lab))];
    },
  };
}

/** The rows of a ledger by the ids of their runs, or why they cannot be read; and where it ended when it was read. */
interface ReadLedger {
  readonly rows: ReadonlyMap<string, LedgerRow> | string;
  readonly mark: LedgerMark | undefined;
  /** The rank of the newest run in it that has ended. */
  readonly newest: string;
}
type LedgerAt = (day: string) => Promise<ReadLedger>;

async function readRows(lab: Lab, day: string): Promise<ReadLedger> {
  const path = ledgerOf(lab, day);
  const mark = await markLedger(path);
  try {
    const rows = parseLedger(await readWholeLedger(path));
    const ranks = rows.filter(({ status }) => status !== 'running').map(rankOf);
    const newest = ranks.sort().at(-1) ?? '';
    return { rows: new Map(rows.map((row) => [row.run_id, row])), mark, newest };
  } catch (error) {
    const rows = reasonOf(error);
    if (rows === undefined) throw error;
    return { rows, mark, newest: '' };
  }
}

const hasMoved = (before: LedgerMark | undefined, now: LedgerMark | undefined) =>
  before?.inode !== now?.inode || before?.size !== now?.size;

const placeOf = (day: string) => posix.join(day, 'runs.csv');

function rowFaults(due: LedgerRow, day: string, { rows }: ReadLedger): RecordFault[] {
  if (typeof rows === 'string') return [faultAt('unreadable', placeOf(day), `cannot be read: ${rows}`)];
  const row = rows.get(due.run_id);
  if (row === undefined) return [faultAt('row_missing', placeOf(day), 'does not list the run')];
  const columns = ledgerColumns.filter((column) => row[column] !== due[column]);
  if (columns.length === 0) return [];
  return [faultAt('row_mismatch', placeOf(day), `lists the run with another ${columns.join(', ')}`)];
}

function strayRows(lab: Lab, day: string, { rows }: ReadLedger, paths: ReadonlySet<string>): RecordFault[] {
  if (typeof rows === 'string') return [];
  // A run may have begun since the paths were found.
  const isThere = (path: string) => paths.has(path) || (isRunPath(path) && hasRecord(join(lab.root, path)));
  const strays = [...rows.values()].filter(({ path }) => !isThere(path));
  return strays.map(({ path }) => faultAt('row_stray', placeOf(day), `lists ${path}, which is not there`));
}

/** A link may lead to a newer run that claims it too; what somebody else put in its place is left alone. */
async function dayLinkFaults(lab: Lab, run: PlacedRun, newest: string): Promise<RecordFault[]> {
  const day = dayOfPath(run.path);
  const faults: RecordFault[] = [];
  for (const { path, target } of claimedLinks(run)) {
    // One link that is wrong is the fault of one run: of all that claim it the newest.
    if (path === 'run.json' && newest > rankOfRun(run)) continue;
    const found = await linkTarget(join(lab.root, day, path));
    const place = `${day}/${path}`;
    if (found === undefined) faults.push(...missing(lab, place));
    else if (posix.join(posix.dirname(path), found) !== target && !(await isNewer(lab, day, path, run)))
      faults.push(faultAt('link_mismatch', place, `leads to ${found}`));
  }
  return faults;
}

function missing(lab: Lab, place: string): RecordFault[] {
  const stands = lstatSync(join(lab.root, place), { throwIfNoEntry: false }) !== undefined;
  return stands ? [] : [faultAt('link_missing', place, 'is not there')];
}

async function isNewer(lab: Lab, day: string, link: string, run: PlacedRun): Promise<boolean> {
  const holder = await holderOf(lab, day, link);
  if (holder === undefined || rankOfRun(holder) < rankOfRun(run)) return false;
  return claimedLinks(holder).some(({ path }) => path === link);
}

async function commitLinkFaults(
  lab: Lab,
  run: PlacedRun,
  ranks: Map<string, string | undefined>,
): Promise<RecordFault[]> {
  const day = dayOfPath(run.path);
  const faults: RecordFault[] = [];
  for (const [name, target] of await linksOf(lab, run)) {
    const place = `${day}/${runPlaces.analyzer}/${name}`;
    const found = targetNow(join(lab.root, place));
    if (found === target) continue;
    if (found === undefined) {
      faults.push(...missing(lab, place));
      continue;
    }
    const holder = holderOfCommitLink(join(lab.root, place));
    const rank = await rankOfHolder(lab, `${day}/${runPlaces.analyzer}/${holder}`, ranks);
    if (rank === undefined || rank <= rankOfRun(run))
      faults.push(faultAt('link_mismatch', place, `leads to ${found}`));
  }
  return faults;
}

/** The links of a run's commits; none where its list cannot be read, which is told with the files. */
async function linksOf(lab: Lab, run: PlacedRun): Promise<ReadonlyMap<string, string>> {
  try {
    return await commitLinksOf(lab, run);
  } catch (error) {
    if (isSystemError(error)) return new Map();
    throw error;
  }
}

function targetNow(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'EINVAL', 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function latestFaults(lab: Lab): Promise<RecordFault[]> {
  const day = await newestDay(lab);
  if (day === undefined) return [];
  const target = await linkTarget(join(lab.root, 'latest'));
  if (target === undefined) return missing(lab, 'latest');
  return target === day
    ? []
    : [faultAt('link_mismatch', 'latest', `leads to ${target}, the newest day is ${day}`)];
}
