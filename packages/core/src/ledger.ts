import type { Manifest } from './manifest.ts';

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
] as const;

/** One run as runs.csv lists it; what is not known is the empty string. */
export type LedgerRow = Readonly<Record<(typeof ledgerColumns)[number], string>>;

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
  return ledgerColumns.map((column) => formatField(row[column])).join(',');
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
  const rows = readRecords(text).flatMap((fields) => {
    const row = Object.fromEntries(ledgerColumns.map((column, at) => [column, unguard(fields[at] ?? '')]));
    return isRow(fields) ? [row as LedgerRow] : [];
  });
  return [...newestById(rows)];
}

// Spreadsheets run a cell that begins with one of these as a formula; the apostrophe makes it text. A cell that
// has the apostrophe already is given another, so that taking one away always gives back what was written.
const formula = /^'*[=+\-@\t\r]/;

function formatField(value: string): string {
  const guarded = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function unguard(value: string): string {
  return value.startsWith("'") && formula.test(value.slice(1)) ? value.slice(1) : value;
}

// The path ends with the first digits of the id, so a row that is torn within it is known. A row may end there, since
// the columns after it came later.
function isRow(fields: readonly string[]): boolean {
  const id = fields[0] ?? '';
  const path = fields[ledgerColumns.indexOf('path')] ?? '';
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

function readRecords(text: string): string[][] {
  return text.split('\n').map((line) => readFields(line.endsWith('\r') ? line.slice(0, -1) : line));
}

// Our rows hold no line ends, so a line is a record and a torn one harms only itself.
function readFields(line: string): string[] {
  const fields = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  const bare = fields.map((field) => field.replace(/,$/, ''));
  if (!line.endsWith(',')) bare.pop();
  return bare.map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
}
