/** Cells as one line of RFC 4180, without its line end; none of them can run as a formula. */
export function formatCells(cells: readonly string[]): string {
  return cells.map(formatField).join(',');
}

// Spreadsheets run a cell that begins with one of these as a formula; the apostrophe makes it text. A cell that
// has the apostrophe already is given another, so that taking one away always gives back what was written.
const formula = /^'*[=+\-@\t\r]/;

function formatField(value: string): string {
  const guarded = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A cell without the guard that keeps it from running as a formula. */
export function unguard(value: string): string {
  return value.startsWith("'") && formula.test(value.slice(1)) ? value.slice(1) : value;
}

const bare = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** The cells of one line, as they are written: a guard against formulas is still on them. */
export function readCells(line: string): string[] {
  const text = bare(line);
  // Nearly all rows have no quotes, and a lab has many rows.
  if (!text.includes('"')) return text === '' ? [] : text.split(',');
  const fields = text.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  const cells = fields.map((field) => field.replace(/,$/, ''));
  if (!text.endsWith(',')) cells.pop();
  return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}
