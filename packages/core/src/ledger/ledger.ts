import type { Manifest } from '../record/manifest.ts';
import { formatCells, readCells, unguard } from './ledger-cells.ts';
import { formatWords } from './ledger-words.ts';

/** The columns of runs.csv; new ones are only ever added at the end. */
export const ledgerColumns = [
  'run_id',
  'timestamp_start',
  'timestamp_end',
  'kind',
  'name',
  'status',
  'error_kind',
  'model',
  'model_hash',
  'seed',
  'duration_seconds',
  'tokens_input',
  'tokens_output',
  'path',
  'inputs_key',
  'tags',
  'parent_run_id',
  'verdict',
  'changed',
] as const;

export type LedgerColumn = (typeof ledgerColumns)[number];

/** One run as runs.csv lists it; what is not known is the empty string. */
export type LedgerRow = Readonly<Record<LedgerColumn, string>>;

/** The row of a run whose folder lies at `path`, relative to the lab. */
export function ledgerRow(manifest: Manifest, path: string): LedgerRow {
  return {
    run_id: manifest.run_id,
    timestamp_start: manifest.timestamp_start,
    timestamp_end: show(manifest.timestamp_end),
    kind: manifest.task.kind,
    name: show(manifest.task.name),
    status: manifest.status,
    error_kind: show(manifest.error?.kind),
    model: show(manifest.model?.name),
    model_hash: show(manifest.model?.hash),
    seed: show(manifest.model?.params['seed']),
    duration_seconds: show(manifest.metrics?.['duration_seconds']),
    tokens_input: show(manifest.metrics?.['tokens_input']),
    tokens_output: show(manifest.metrics?.['tokens_output']),
    path,
    inputs_key: show(manifest.inputs_key),
    tags: formatWords(manifest.task.tags),
    parent_run_id: show(manifest.parent_run_id),
    verdict: show(manifest.repro?.verdict),
    changed: formatWords(manifest.repro?.changed),
  };
}

/** A value as a cell. A row is a line, so a line end, which only a manifest made by hand can hold, becomes a space. */
function show(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).replace(/[\r\n]+/g, ' ');
}

/** The first line of every runs.csv, without its line end. */
export const ledgerHeader = ledgerColumns.join(',');

/** A row as one line of RFC 4180, without its line end. */
export function formatRow(row: LedgerRow): string {
  return formatCells(ledgerColumns.map((column) => row[column]));
}

/** The whole of a runs.csv: header and rows, each line ended by LF, the newest row of an id last and alone. */
export function formatLedger(rows: readonly LedgerRow[]): string {
  const sorted = [...newestById(rows)].sort(byRank);
  return [ledgerHeader, ...sorted.map(formatRow), ''].join('\n');
}

/**
 * Reads a runs.csv as it is found: blank lines and lines that a crash has torn are passed over, columns that
 * a later version has added are ignored, and of several rows with one id the last wins.
 */
export function parseLedger(text: string): LedgerRow[] {
  return [...newestById(readRecords(text).filter(isRow).map(rowOf))];
}

/** The row that the cells of a line make; cells that are not there are empty. */
export function rowOf(fields: readonly string[]): LedgerRow {
  const row: Record<string, string> = {};
  for (let at = 0; at < ledgerColumns.length; at += 1) {
    row[ledgerColumns[at] as string] = unguard(fields[at] ?? '');
  }
  return row as LedgerRow;
}

// The path ends with the first digits of the id, so a row that is torn within it is known. A row may end there, since
// the columns after it came later.
const pathColumn = ledgerColumns.indexOf('path');

/** Whether the cells of a line are a row, as far as its path. */
export function isRow(fields: readonly string[]): boolean {
  const id = fields[0] ?? '';
  const path = fields[pathColumn] ?? '';
  return /^[0-9a-f]{64}$/.test(id) && path.endsWith(`_${id.slice(0, 8)}`);
}

function* newestById(rows: readonly LedgerRow[]): Iterable<LedgerRow> {
  yield* new Map(rows.map((row) => [row.run_id, row])).values();
}

/** Where a run stands in the order of runs in time: the greater text is the newer run. */
export function rankOf({ timestamp_start, path }: Pick<LedgerRow, 'timestamp_start' | 'path'>): string {
  return `${timestamp_start} ${path}`;
}

function byRank(a: LedgerRow, b: LedgerRow): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

// Our rows hold no line ends, so a line is a record and a torn one harms only itself.
function readRecords(text: string): string[][] {
  return text.split('\n').map(readCells);
}
