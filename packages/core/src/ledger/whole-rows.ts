import { isRow, type LedgerRow, ledgerColumns, ledgerHeader, rowOf } from './ledger.ts';
import { readCells, unguard } from './ledger-cells.ts';

/**
 * The rows of a runs.csv that can be believed as they stand and are wanted, the last first: the header is that of this
 * version or a later one, and the row has a cell for each of its columns and a line end. What a crash has torn, an
 * earlier version has written or a merge has spoilt is passed over. A lab has many rows, so only those that are wanted
 * are made: `isWanted` must not keep the one that it is shown. Where all are known to be whole, none is looked at for that.
 */
export function wholeRows(
  text: string,
  isWanted: (row: LedgerRow) => boolean,
  areWhole = false,
): LedgerRow[] {
  const lines = text.split('\n');
  const header = readCells(lines[0] ?? '').join(',');
  if (header !== ledgerHeader && !header.startsWith(`${ledgerHeader},`)) return [];
  const width = header.split(',').length;
  const plain = plainRow(width);
  const arePlain = areWhole && !text.includes('"') && !text.includes('\r');
  const rows: LedgerRow[] = [];
  const shown = new ShownRow();
  shown.width = width;
  // Behind the last line end stands nothing, or what was cut off there.
  for (let at = lines.length - 2; at > 0; at -= 1) {
    shown.line = lines[at] ?? '';
    shown.cells = arePlain || plain.test(shown.line) ? undefined : readCells(shown.line);
    const isWhole = shown.cells === undefined || (shown.cells.length === width && isRow(shown.cells));
    if (isWhole && isWanted(shown as unknown as LedgerRow)) rows.push(rowOf(readCells(shown.line)));
  }
  return rows;
}

/** What nearly all whole rows look like, without quotes: the path ends with the first digits of the id. */
function plainRow(width: number): RegExp {
  const path = ledgerColumns.indexOf('path');
  const cells = (count: number) => `(?:,[^,"\\r]*){${count}}`;
  return new RegExp(`^([0-9a-f]{8})[0-9a-f]{56}${cells(path - 1)},[^,"\\r]*_\\1${cells(width - path - 1)}$`);
}

/** A row whose cells are read when they are looked at. */
class ShownRow {
  line = '';
  width = 0;
  /** The cells, where the line is none of the plain ones. */
  cells: readonly string[] | undefined;
}

for (const [at, column] of ledgerColumns.entries()) {
  Object.defineProperty(ShownRow.prototype, column, {
    get(this: ShownRow) {
      return unguard(this.cells === undefined ? cellIn(this.line, at, this.width) : (this.cells[at] ?? ''));
    },
  });
}

/** The cell in a column of a plain line, looked for from the end that is nearer. */
function cellIn(line: string, column: number, width: number): string {
  if (column > width / 2) {
    let end = line.length;
    for (let behind = width - 1; behind > column; behind -= 1) end = line.lastIndexOf(',', end - 1);
    return line.slice(line.lastIndexOf(',', end - 1) + 1, end);
  }
  let start = 0;
  for (let before = 0; before < column; before += 1) start = line.indexOf(',', start) + 1;
  return line.slice(start, line.indexOf(',', start));
}
