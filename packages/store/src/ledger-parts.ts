import { isAscii } from 'node:buffer';
import { formatRow, type LedgerRow, wholeRows } from '@timelab/core';

/** A ledger in two: what is known to be as the records have it, and what was added since, or could have been changed. */
export interface LedgerParts {
  readonly sealed: string;
  /** The rest, below the header of the whole; empty where there is none. */
  readonly added: string;
  /** The paths in the rest: what the sealed part says of those runs does not count either. */
  readonly doubted: ReadonlySet<string>;
}

/** Parts a ledger behind so many bytes. */
export function partLedger(ledger: Buffer, length: number): LedgerParts {
  const sealed = textOf(ledger.subarray(0, length));
  const rest = textOf(ledger.subarray(length));
  const header = rest === '' ? '' : sealed.slice(0, sealed.indexOf('\n') + 1);
  const doubted = new Set<string>();
  wholeRows(header + rest, ({ path }) => {
    doubted.add(path);
    return false;
  });
  return { sealed, added: header + rest, doubted };
}

/** A long text of bytes that are their own characters is kept where no garbage is looked for, and few ledgers have others. */
const textOf = (bytes: Buffer) => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');

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
