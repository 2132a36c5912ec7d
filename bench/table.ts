/** One figure of a bench: what was measured, beside what, and what it has to reach. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly anchor: string;
  readonly bar: string;
  readonly held: boolean;
}

/** The figures as a table of Markdown. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, measured, anchor, bar, held }) => [
    what,
    measured,
    anchor,
    bar,
    held ? 'yes' : '**no**',
  ]);
  const lines = [['what', 'measured', 'beside', 'bar', 'held'], ['---', '---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
