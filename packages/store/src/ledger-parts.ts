import { formatRow, type LedgerRow, wholeRows } from '@timelab/core';

/** A ledger in two: what is known to be as the records have it, and what was added since, or could have been changed. */
export interface LedgerParts {
  readonly sealed: string;
  /** The rest, below the header of the whole; empty where there is none. */
  readonly added: string;
  /** The paths in the rest: what the sealed part says of those runs does not count either. */
  readonly doubted: ReadonlySet<string>;
}

/** Parts a ledger behind so many characters. */
export function partLedger(text: string, length: number): LedgerParts {
  const rest = text.slice(length);
  const header = length === 0 || rest === '' ? '' : text.slice(0, text.indexOf('\n') + 1);
  const doubted = new Set<string>();
  wholeRows(header + rest, ({ path }) => {
    doubted.add(path);
    return false;
  });
  return { sealed: text.slice(0, length), added: header + rest, doubted };
}

/** What rows come to that were held against the records of their runs. */
export interface Comparison {
  /** How many runs that have ended had no row. */
  readonly missing: number;
  readonly stray: number;
  readonly wrong: number;
}

/** Holds the added part of a ledger against the rows that the records make, of all runs that the sealed part does not list. */
export function compareAdded(added: string, read: readonly LedgerRow[]): Comparison {
  let [stray, wrong] = [0, 0];
  const lines = new Map(read.map((row) => [row.path, formatRow(row)]));
  const listed = new Set<string>();
  wholeRows(added, (row) => {
    const line = lines.get(row.path);
    if (line === undefined) stray += 1;
    else if (row.status !== 'running') {
      listed.add(row.path);
      if (formatRow(row) !== line) wrong += 1;
    }
    return false;
  });
  const missing = read.filter(({ path, status }) => status !== 'running' && !listed.has(path));
  return { missing: missing.length, stray, wrong };
}
