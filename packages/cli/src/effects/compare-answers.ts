import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  answerFiles,
  answerList,
  type FirstDifference,
  type Manifest,
  recordStream,
  sha256,
} from '@timelab/core';
import { explained, unless } from '@timelab/store';
import { firstDifference, partingOf } from './first-difference.ts';

/** A run whose answer another one is held against. */
export interface AnsweredRun {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Where the answer in a run's folder parts from an earlier run's; undefined where they are equal. What counts is what
 * was answered: the texts of a model and whether each ended by itself, the records of commits; not how long it took,
 * nor how a server counts tokens. Throws Problems of the disk.
 */
export async function compareAnswers(
  parent: AnsweredRun,
  folder: string,
): Promise<FirstDifference | undefined> {
  return explained({ root: folder }, () => compare(parent, folder));
}

async function compare(
  { folder: before, manifest }: AnsweredRun,
  folder: string,
): Promise<FirstDifference | undefined> {
  const files = answerFiles(manifest) ?? [];
  if (files.includes(recordStream)) {
    const parted = await firstDifference(join(before, recordStream), join(folder, recordStream));
    if (parted !== undefined) return { file: recordStream, ...parted };
  }
  if (!files.includes(answerList)) return undefined;
  const parted = compareTexts(
    await readFile(join(before, answerList)),
    // Only a list that is not there is an empty one: what cannot be read now says nothing of the answer.
    (await unless(['ENOENT', 'ENOTDIR'], readFile(join(folder, answerList)))) ?? Buffer.alloc(0),
  );
  if (parted === undefined) return undefined;
  // An answer that stands alone is easier to read in the file that holds nothing else.
  const single = Object.keys(manifest.digests).find((path) => /^output\/answer\.[a-z]+$/.test(path));
  const alone = single ?? answerList;
  const there = await firstDifference(join(before, alone), join(folder, alone)).catch(() => undefined);
  return there === undefined || alone === answerList
    ? { file: answerList, ...parted }
    : { file: alone, ...there };
}

/** Where two lists of answers part in their texts, or in what ended one: a place in the first. */
function compareTexts(parent: Buffer, run: Buffer): Omit<FirstDifference, 'file'> | undefined {
  const [before, now] = [linesOf(parent), linesOf(run)];
  const longer = Math.max(before.length, now.length);
  const partsIn = (line: number) =>
    compared.find((field) => fieldIn(field, before[line]) !== fieldIn(field, now[line]));
  const at = Array.from({ length: longer }).findIndex((_, line) => partsIn(line) !== undefined);
  const field = partsIn(at);
  if (field === undefined) return undefined;
  const start = before.slice(0, at).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const [left, right] = [written(field, before[at]), written(field, now[at])];
  const inText = partingOf(Buffer.from(left.text), Buffer.from(right.text)) ?? 0;
  const side = (bytes: Buffer) => ({ bytes: bytes.length, sha256: sha256(bytes) });
  return { line: at + 1, byte: start + left.start + inText, parent: side(parent), run: side(run) };
}

/** What counts of a line. A text that was cut off is not the same answer as one that ended there. */
const compared = ['text', 'finish_reason'] as const;
type Field = (typeof compared)[number];

const linesOf = (list: Buffer) => list.toString('utf8').split('\n').slice(0, -1);

/** A field of a line; a line that is none of ours is its own. */
function fieldIn(field: Field, line: string | undefined): string | undefined {
  try {
    const { [field]: value } = JSON.parse(line ?? '{}') as Partial<Record<Field, unknown>>;
    return typeof value === 'string' ? value : line;
  } catch {
    return line;
  }
}

/** A line's field as it is written there, and the byte of the line that it begins at. */
function written(field: Field, line = ''): { text: string; start: number } {
  const name = `"${field}":`;
  const text = JSON.stringify(fieldIn(field, line));
  const at = line.indexOf(name + text);
  if (at < 0) return { text: line, start: 0 };
  return { text, start: Buffer.byteLength(line.slice(0, at + name.length)) };
}
