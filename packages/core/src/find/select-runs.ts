import { type LedgerColumn, type LedgerRow, rankOf } from '../ledger/ledger.ts';
import { parseWords } from '../ledger/ledger-words.ts';
import { fitsWildcard } from './wildcard.ts';

/** Which runs are looked for; what is left out lets all through. */
export interface RunFilter {
  /** The first and the last start, RFC 3339 in UTC with milliseconds, as rows have it. */
  readonly since?: string;
  readonly until?: string;
  /** Any of these. */
  readonly statuses?: readonly string[];
  readonly kinds?: readonly string[];
  readonly verdicts?: readonly string[];
  /** A part of the model's name, capitals or not, or the first hex digits (at least 8) of its digest. */
  readonly model?: string;
  /** All of these. */
  readonly tags?: readonly string[];
  /** The run's name, with `*` and `?`. */
  readonly name?: string;
  /** Any of these is among the factors that the run's own verdict names as changed. */
  readonly changedBy?: readonly string[];
}

/** The order that runs are given in; without a column, newest first. */
export interface RunOrder {
  readonly column?: LedgerColumn;
  readonly reverse?: boolean;
}

/** Whether a filter lets a run through. */
export function runTest(filter: RunFilter): (row: LedgerRow) => boolean {
  const tests = testsOf(filter);
  return (row) => tests.every((test) => test(row));
}

type Test = (row: LedgerRow) => boolean;

function testsOf({
  since,
  until,
  statuses,
  kinds,
  verdicts,
  model,
  tags,
  name,
  changedBy,
}: RunFilter): Test[] {
  const tests: (Test | undefined)[] = [
    since === undefined ? undefined : (row) => row.timestamp_start >= since,
    until === undefined ? undefined : (row) => row.timestamp_start <= until,
    statuses && ((row) => statuses.includes(row.status)),
    kinds && ((row) => kinds.includes(row.kind)),
    verdicts && ((row) => verdicts.includes(row.verdict)),
    model === undefined ? undefined : (row) => isModel(row, model.toLowerCase()),
    name === undefined ? undefined : (row) => fitsWildcard(row.name, name),
    tags && ((row) => hasWords(row.tags, tags)),
    changedBy && ((row) => parseWords(row.changed).some((factor) => changedBy.includes(factor))),
  ];
  return tests.filter((test) => test !== undefined);
}

function isModel({ model, model_hash }: LedgerRow, word: string): boolean {
  return model.toLowerCase().includes(word) || (/^[0-9a-f]{8,64}$/.test(word) && model_hash.startsWith(word));
}

function hasWords(cell: string, wanted: readonly string[]): boolean {
  const words = parseWords(cell);
  return wanted.every((word) => words.includes(word));
}

const numbers: readonly LedgerColumn[] = ['seed', 'duration_seconds', 'tokens_input', 'tokens_output'];

/** The runs in an order: numbers by size, times first to last, other cells by their characters, empty cells always last; of equal ones the newest first. */
export function sortRuns(rows: readonly LedgerRow[], { column, reverse = false }: RunOrder): LedgerRow[] {
  const turn = reverse ? -1 : 1;
  if (column === undefined) return sorted(rows, rankOf, -turn);
  const key = (row: LedgerRow) => (numbers.includes(column) ? Number(row[column]) : row[column]);
  const newestFirst = sorted(rows, rankOf, -1);
  const known = newestFirst.filter((row) => row[column] !== '');
  return [...sorted(known, key, turn), ...newestFirst.filter((row) => row[column] === '')];
}

function sorted(
  rows: readonly LedgerRow[],
  key: (row: LedgerRow) => string | number,
  turn: number,
): LedgerRow[] {
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort((a, b) => (a.key < b.key ? -turn : a.key > b.key ? turn : 0));
  return keyed.map(({ row }) => row);
}
