import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { commitFolder } from '@timelab/core';
import { unless } from '@timelab/store';
import { joinPart } from './continued-file.ts';

/** Where the helper programs put what a run becomes, inside of its work folder. */
export interface WorkPlaces {
  /** The work folder itself. */
  readonly folder: string;
  /** The records, one a line. */
  readonly stream: string;
  /** What sha256sum(1) would say of the files that the extractor wrote. */
  readonly sums: string;
  /** The same of the pages that py_post wrote. */
  readonly pageSums: string;
  /** What a model said of each commit. */
  readonly answers: string;
  /** What it was asked. */
  readonly requests: string;
  /** Git's text of all patches. */
  readonly patches: string;
  /** All of it: what becomes the run's output. */
  readonly output: string;
  /** What an interrupted run began and nobody wants. */
  readonly leftover: string;
}

/** The places in a work folder. */
export function workPlaces(folder: string): WorkPlaces {
  const output = join(folder, 'output');
  return {
    folder,
    output,
    stream: join(output, 'commits.jsonl'),
    patches: join(output, 'patches.diff'),
    answers: join(output, 'output.jsonl'),
    requests: join(output, 'requests.jsonl'),
    sums: join(folder, 'sums.rust_extractor'),
    pageSums: join(folder, 'sums.py_post'),
    // A process number comes again, in a container at once.
    leftover: join(folder, `leftover-${randomBytes(6).toString('hex')}`),
  };
}

/**
 * How many of the commits an interrupted run has done, in order; what it had begun beyond them is put aside. The
 * extractor writes a commit's folder first, then its sums, then its record: a record that is whole, and whose sums
 * are, vouches for all of it.
 */
export async function resumePoint(
  places: WorkPlaces,
  ids: readonly string[],
  wanted: { readonly filesEach: number; readonly patches: boolean },
): Promise<number> {
  const { stream, sums, patches } = places;
  await Promise.all([sums, patches].map(joinPart));
  const records = existsSync(stream) ? await readRecords(stream, ids) : [];
  const sumEnds = wanted.filesEach > 0 ? await lineEnds(sums) : undefined;
  const summed = sumEnds === undefined ? records.length : Math.floor(sumEnds.length / wanted.filesEach);
  const packed = wanted.patches ? await whollyPacked(patches, records) : records.length;
  const done = Math.min(records.length, summed, packed);
  await cut(stream, done === 0 ? 0 : (records[done - 1]?.end ?? 0));
  if (sumEnds !== undefined) await cut(sums, sumEnds[done * wanted.filesEach - 1] ?? 0);
  if (wanted.patches)
    await cut(
      patches,
      records.slice(0, done).reduce((sum, { patch }) => sum + patch, 0),
    );
  await putAside(places, new Set(ids.slice(0, done).map(commitFolder)));
  return done;
}

interface DoneRecord {
  /** The byte behind its line. */
  readonly end: number;
  /** The bytes of its patch. */
  readonly patch: number;
}

/** The records that stand whole at the beginning of a stream, as far as they are those of the ids. */
async function readRecords(path: string, ids: readonly string[]): Promise<DoneRecord[]> {
  const records: DoneRecord[] = [];
  for await (const { line, end } of lines(path)) {
    if (!line.startsWith(`{"id":"${ids[records.length]}"`)) break;
    const tail = line.slice(line.lastIndexOf('"patch":{"bytes":'));
    records.push({ end, patch: Number(/^"patch":\{"bytes":(\d+),/.exec(tail)?.[1] ?? 0) });
  }
  return records;
}

/** How many of the records have their patch in the file of all patches, which a kill may have left behind the records. */
async function whollyPacked(path: string, records: readonly { readonly patch: number }[]): Promise<number> {
  const { size } = existsSync(path) ? await stat(path) : { size: 0 };
  let end = 0;
  const beyond = records.findIndex(({ patch }) => {
    end += patch;
    return end > size;
  });
  return beyond < 0 ? records.length : beyond;
}

async function lineEnds(path: string): Promise<number[]> {
  const ends: number[] = [];
  if (existsSync(path)) for await (const { end } of lines(path)) ends.push(end);
  return ends;
}

/** The whole lines of a file, as bytes are (latin1), each with the byte behind it. */
async function* lines(path: string): AsyncGenerator<{ line: string; end: number }> {
  let rest = '';
  let end = 0;
  for await (const piece of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      end += line.length + 1;
      yield { line, end };
    }
  }
}

async function cut(path: string, length: number): Promise<void> {
  if (existsSync(path)) await truncate(path, length);
}

/** Renamed, not deleted: on ext4 files are made many times more slowly where others have just been deleted. */
async function putAside({ output, leftover }: WorkPlaces, kept: ReadonlySet<string>): Promise<void> {
  const names = (await readdir(output)).filter((name) => /^\.?commit_/.test(name) && !kept.has(name));
  if (names.length > 0) await unless(['EEXIST'], mkdir(leftover));
  for (const name of names) await rename(join(output, name), join(leftover, name));
}
