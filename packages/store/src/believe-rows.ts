import { type LedgerRow, wholeRows } from '@timelab/core';
import type { Lab } from './lab.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { hasRecord } from './read-run.ts';
import { markListed, type RunMarks } from './run-marks.ts';
import { placeOf } from './run-path.ts';

/** A ledger, and the names in the places in question, which its rows are to be held against. */
export interface LedgerSight {
  readonly parts: LedgerParts;
  readonly marks: RunMarks;
  /** Whether each sealed row is known to be whole, and in all other places to be the one of a run that has ended. */
  readonly isHeld: boolean;
}

/** The rows that are believed and wanted, how many are believed in all, and how many lead to no run. */
export interface BelievedRows {
  readonly wanted: readonly LedgerRow[];
  readonly believed: number;
  readonly stray: number;
}

/**
 * Goes through the sealed part of a ledger from its end, where the newest row of a run stands, and marks the folders that
 * it lists. That a folder still holds a record is seen for the rows that are wanted: to look into each would take longer
 * than all the rest.
 */
export function believeRows(
  lab: Lab,
  sight: LedgerSight,
  isWanted: (row: LedgerRow) => boolean,
): BelievedRows {
  let [believed, stray] = [0, 0];
  const see = (row: LedgerRow): boolean => {
    const isPassed = isKnown(row, sight) ? false : isPassedOver(row, sight);
    if (isPassed === undefined) stray += 1;
    if (isPassed !== false) return false;
    const fits = isWanted(row);
    const leads = !fits || hasRecord(`${lab.root}/${row.path}`);
    if (leads) believed += 1;
    else stray += 1;
    return fits && leads;
  };
  const wanted = wholeRows(sight.parts.sealed, see, sight.isHeld);
  return { wanted, believed, stray };
}

function isKnown({ path }: LedgerRow, { marks, isHeld }: LedgerSight): boolean {
  return isHeld && (marks.size === 0 || !marks.has(placeOf(path)));
}

/** Whether a row does not count: a later one, or the record, says what became of its run. Undefined where it leads to none. */
function isPassedOver({ path, status }: LedgerRow, { parts, marks }: LedgerSight): boolean | undefined {
  if (parts.doubted.has(path)) return true;
  const hasEnded = status !== 'running';
  const isListed = markListed(marks, path, hasEnded);
  return isListed === undefined ? undefined : isListed || !hasEnded;
}
