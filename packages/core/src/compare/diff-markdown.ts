import type { Json } from '../json/canonical-json.ts';
import { type DiffPlace, diffParts, type RunDiff } from '../plans/diff.ts';
import { longestRun } from '../request.ts';
import { differingLines, shownValue, whyUnknown, wordLines } from './diff-text.ts';
import { diffWords } from './word-diff.ts';

/** What two runs differ by, as a page of Markdown; what others wrote stands in code spans and fences, which obey nothing. */
export function diffAsMarkdown(diff: RunDiff): string {
  const { a, b, changed, unknown, commits, artifacts } = diff;
  const heads = (['run_id', 'name', 'timestamp_start', 'status', 'path'] as const).map(
    (field) => `| ${field} | ${span(a[field])} | ${span(b[field])} |`,
  );
  const between = commits === undefined ? [] : commitItems(commits);
  const parts = diffParts.flatMap((part) =>
    section(part, [...placesTable(diff.parts[part]), ...(part === 'code' ? between : [])]),
  );
  const files = [
    ...artifacts.differing.flatMap(fileItem),
    ...artifacts.only_a.map((path) => `- only in a: ${span(path)}`),
    ...artifacts.only_b.map((path) => `- only in b: ${span(path)}`),
  ];
  const told = `Changed: ${changed.join(', ') || 'nothing'}.${unknown.length === 0 ? '' : ` Not known: ${unknown.join(', ')}.`}`;
  const lines = [
    `# Runs ${a.run_id.slice(0, 8)} and ${b.run_id.slice(0, 8)}`,
    '',
    '| | a | b |',
    '|---|---|---|',
    ...heads,
    '',
    told,
  ];
  return `${[...lines, ...parts, ...section('artifacts', files)].join('\n')}\n`;
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];

function placesTable(places: readonly DiffPlace[]): string[] {
  if (places.length === 0) return [];
  const long = (value: Json | undefined) =>
    typeof value === 'string' && (value.length > 72 || value.includes('\n'));
  const isLong = ({ a, b }: DiffPlace) => long(a) || long(b);
  const rows = places
    .filter((place) => !isLong(place))
    .map(
      ({ pointer, a, b, known }) =>
        `| ${span(pointer)}${known ? '' : ` (${whyUnknown(a, b)})`} | ${span(shownValue(a))} | ${span(shownValue(b))} |`,
    );
  const texts = places
    .filter(isLong)
    .flatMap(({ pointer, a, b }) => [
      '',
      span(pointer),
      '',
      ...fenced(wordLines(diffWords(String(a ?? ''), String(b ?? '')))),
    ]);
  return [...(rows.length === 0 ? [] : ['| place | a | b |', '|---|---|---|', ...rows]), ...texts];
}

function commitItems({ only_a, only_b, notes }: NonNullable<RunDiff['commits']>): string[] {
  const item =
    (side: string) =>
    ({ id, subject }: { id: string; subject: string }) =>
      `- only in ${side}: ${span(`${id.slice(0, 12)} ${subject}`)}`;
  return ['', ...only_a.map(item('a')), ...only_b.map(item('b')), ...notes.map((note) => `- ${span(note)}`)];
}

function fileItem(file: RunDiff['artifacts']['differing'][number]): string[] {
  const [first = '', ...rest] = differingLines(file);
  return rest.length === 0 ? [`- ${span(first)}`] : [`- ${span(first)}`, '', ...fenced(rest), ''];
}

/** A text as a code span, in one line, that no character in it can end, nor the cell of a table that it stands in. */
function span(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  const ticks = '`'.repeat(longestRun(line) + 1);
  const room = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${ticks}${room}${line}${room}${ticks}`;
}

function fenced(lines: readonly string[]): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}text`, ...lines, fence];
}
