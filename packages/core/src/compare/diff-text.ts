import type { Json } from '../json/canonical-json.ts';
import {
  type ArtifactDiff,
  type CommitsBetween,
  type DifferingFile,
  type DiffPlace,
  diffParts,
  type RunDiff,
} from '../plans/diff.ts';
import { formatBytes } from '../plans/show.ts';
import { formatTable } from '../table.ts';
import { diffWords, type Piece } from './word-diff.ts';

/** What two runs differ by, for people at a terminal, a line each; what is the same is not told. */
export function diffForPeople(diff: RunDiff): string[] {
  const heads = [diff.a, diff.b].map(({ run_id, name, timestamp_start, status, path }, at) => [
    at === 0 ? 'a' : 'b',
    run_id.slice(0, 8),
    inLine(name),
    timestamp_start,
    status,
    path,
  ]);
  const parts = diffParts.flatMap((part) => {
    const lines = [
      ...diff.parts[part].flatMap(placeLines),
      ...(part === 'code' ? commitLines(diff.commits) : []),
    ];
    return lines.length === 0 ? [] : ['', part, ...lines.map(indented)];
  });
  const files = artifactLines(diff.artifacts);
  return [
    ...formatTable(heads),
    `changed: ${diff.changed.join(', ') || 'nothing'}`,
    ...(diff.unknown.length === 0 ? [] : [`not known: ${diff.unknown.join(', ')}`]),
    ...parts,
    ...(files.length === 0 ? [] : ['', 'artifacts', ...files.map(indented)]),
  ];
}

const indented = (line: string) => `  ${line}`;

function placeLines({ pointer, a, b, known }: DiffPlace): string[] {
  const place = inLine(pointer);
  if (isLong(a) || isLong(b)) return [place, ...wordLines(diffWords(plain(a), plain(b))).map(indented)];
  const sides = `${shownValue(a)} → ${shownValue(b)}`;
  return [`${place}  ${sides}${known ? '' : `  (${whyUnknown(a, b)})`}`];
}

// A key of a stranger's JSON can hold a line end, and must not begin a line of its own.
const inLine = (text: string) => text.replace(/[\r\n]+/g, ' ');
const isLong = (value: Json | undefined) =>
  typeof value === 'string' && (value.length > 72 || value.includes('\n'));
const plain = (value: Json | undefined) => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

/** Why a difference is not known to be one. */
export function whyUnknown(a: Json | undefined, b: Json | undefined): string {
  return a === undefined && b === undefined ? 'recorded on neither side' : 'not recorded on one side';
}

/** A value in one line: digests by their first digits, texts as they are, other values as JSON. */
export function shownValue(value: Json | undefined): string {
  if (value === undefined) return '-';
  if (typeof value !== 'string') return JSON.stringify(value);
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(value)) return value.slice(0, 12);
  return value === '' ? '""' : value;
}

/** How many characters of what is the same stand on each side of a change. */
const CONTEXT = 40;

/** Texts laid over each other as lines, what was removed in [-…-] and what was added in {+…+}, as git's --word-diff has it. */
export function wordLines(pieces: readonly Piece[]): string[] {
  const text = pieces.map((piece, at) => {
    if (piece.kind === 'removed') return `[-${piece.text}-]`;
    if (piece.kind === 'added') return `{+${piece.text}+}`;
    return shortened(piece.text, at > 0, at < pieces.length - 1);
  });
  return text.join('').split('\n');
}

function shortened(text: string, hasBefore: boolean, hasAfter: boolean): string {
  const [start, end] = [hasBefore ? CONTEXT : 0, hasAfter ? CONTEXT : 0];
  if (text.length <= start + end + 1) return text;
  const tail = end === 0 ? '' : text.slice(-end);
  return `${text.slice(0, start)}…${tail}`.toWellFormed();
}

function commitLines(commits: CommitsBetween | undefined): string[] {
  if (commits === undefined) return [];
  const listed = (['a', 'b'] as const).flatMap((side) => {
    const own = commits[`only_${side}`];
    return own.map(({ id, subject }) => `only in ${side}: ${id.slice(0, 12)} ${subject}`);
  });
  return [...listed, ...commits.notes];
}

/** How many files of a kind are named; all are in --json. */
const MOST_FILES = 20;

function artifactLines({ only_a, only_b, differing, same }: ArtifactDiff): string[] {
  const lines = [
    ...firstOf(differing, differingLines),
    ...firstOf(only_a, (path) => [`only in a: ${path}`]),
    ...firstOf(only_b, (path) => [`only in b: ${path}`]),
  ];
  return lines.length === 0 ? [] : [...lines, `the same: ${same} ${same === 1 ? 'file' : 'files'}`];
}

function firstOf<T>(items: readonly T[], lines: (item: T) => string[]): string[] {
  const rest = items.length - MOST_FILES;
  return [...items.slice(0, MOST_FILES).flatMap(lines), ...(rest > 0 ? [`and ${rest} more of those`] : [])];
}

/** One differing file: how long it is on each side, where the two part, and how, if that was asked for. */
export function differingLines({ path, bytes, first, places, words }: DifferingFile): string[] {
  const size = (count: number | undefined) => (count === undefined ? 'not there' : formatBytes(count));
  const sizes = bytes === undefined ? '' : `  ${size(bytes.a)} → ${size(bytes.b)}`;
  const where = first === undefined ? '' : `, from line ${first.line}, byte ${first.byte}`;
  const detail = [
    ...(places ?? []).flatMap((place) => placeLines({ ...place, known: true })),
    ...(words === undefined ? [] : wordLines(words)),
  ];
  return [`${path}${sizes}${where}`, ...detail.map(indented)];
}
