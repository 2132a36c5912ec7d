import type { Json } from '../json/canonical-json.ts';
import { type LedgerColumn, type LedgerRow, ledgerColumns } from '../ledger/ledger.ts';
import { formatCells } from '../ledger/ledger-cells.ts';
import { parseWords } from '../ledger/ledger-words.ts';
import { nearest } from '../problem/nearest.ts';
import { Problem } from '../problem/problem.ts';
import { formatTable } from '../table.ts';

/** The columns of a list for people, where they do not say which; one that would be empty is left out. */
const usualColumns: readonly LedgerColumn[] = [
  'run_id',
  'timestamp_start',
  'kind',
  'name',
  'status',
  'error_kind',
  'model',
  'duration_seconds',
  'tags',
  'verdict',
  'changed',
];

/** Reads the name of a column; throws `usage` with the nearest for one that runs.csv does not have. */
export function readColumn(text: string): LedgerColumn {
  const column = ledgerColumns.find((one) => one === text);
  if (column !== undefined) return column;
  const near = nearest(text, ledgerColumns);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new Problem('usage', `${JSON.stringify(text)} is no column of runs.csv.${meant}`, {
    hint: `Columns are ${ledgerColumns.join(', ')}.`,
  });
}

/** A list of runs for people: ids and digests cut to what names them here, times to the second, in UTC. */
export function listForPeople(rows: readonly LedgerRow[], columns?: readonly LedgerColumn[]): string[] {
  const shown = columns ?? usualColumns.filter((column) => rows.some((row) => row[column] !== ''));
  if (rows.length === 0) return [];
  return formatTable([shown, ...rows.map((row) => shown.map((column) => shortCell(column, row[column])))]);
}

/** The longest cell of a list for people: a column is as wide as its longest, in each of its rows. */
const LONGEST_CELL = 60;

function shortCell(column: LedgerColumn, cell: string): string {
  if (cell === '') return '-';
  if (column === 'run_id' || column === 'parent_run_id') return cell.slice(0, 8);
  if (column === 'model_hash' || column === 'inputs_key') return cell.slice(0, 12);
  if (column.startsWith('timestamp_')) return cell.slice(0, 19).replace('T', ' ');
  if (column === 'duration_seconds') return Number(cell).toFixed(1);
  return cell.length <= LONGEST_CELL ? cell : `${cell.slice(0, LONGEST_CELL - 1).toWellFormed()}…`;
}

/** A list of runs as RFC 4180 has it, with a header; cells as runs.csv has them, each line ended by LF. */
export function listAsCsv(
  rows: readonly LedgerRow[],
  columns: readonly LedgerColumn[] = ledgerColumns,
): string {
  const lines = rows.map((row) => formatCells(columns.map((column) => row[column])));
  return [columns.join(','), ...lines, ''].join('\n');
}

const lists: readonly LedgerColumn[] = ['tags', 'changed'];
const counts: readonly LedgerColumn[] = ['seed', 'duration_seconds', 'tokens_input', 'tokens_output'];

/** A run as programs read it: numbers as numbers, words as a list; what is not known is left out. */
export function listedRun(
  row: LedgerRow,
  columns: readonly LedgerColumn[] = ledgerColumns,
): Record<string, Json> {
  const known = columns.filter((column) => row[column] !== '');
  return Object.fromEntries(known.map((column) => [column, typedCell(column, row[column])]));
}

function typedCell(column: LedgerColumn, cell: string): Json {
  if (lists.includes(column)) return parseWords(cell);
  const number = Number(cell);
  return counts.includes(column) && Number.isFinite(number) ? number : cell;
}
