import type { FileHandle } from 'node:fs/promises';
import {
  type DifferingFile,
  diffWords,
  type Json,
  jsonDifferences,
  readJson,
  specLimits,
} from '@timelab/core';
import { withArtifact } from '@timelab/store';
import { placeOf } from './first-difference.ts';

/** The folders of two runs. */
export type Folders = readonly [a: string, b: string];

/** How many pairs of files are open at once. */
const AT_ONCE = 16;

/** Of how many files the contents are compared, and how long one of them may be, in bytes: a page is to be read. */
const MOST_DETAILED = 50;
const LONGEST_DETAILED = 65_536;

/**
 * Says of files that two runs have with other bytes how long they are, where they part, and, of those that `isDetailed`
 * chooses, how they differ: JSON by place, other texts word by word.
 */
export async function describeFiles(
  folders: Folders,
  paths: readonly string[],
  isDetailed: (path: string) => boolean,
): Promise<DifferingFile[]> {
  const detailed = new Set(paths.filter(isDetailed).slice(0, MOST_DETAILED));
  const described: DifferingFile[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE);
    described.push(...(await Promise.all(some.map((path) => describe(folders, path, detailed.has(path))))));
  }
  return described;
}

async function describe([a, b]: Folders, path: string, isDetailed: boolean): Promise<DifferingFile> {
  let sizes: { a?: number; b?: number } = {};
  const found = await withArtifact(a, path, async (left, aBytes) => {
    sizes = { a: aBytes };
    return await withArtifact(b, path, async (right, bBytes) => {
      sizes = { a: aBytes, b: bBytes };
      const isShort = Math.max(aBytes, bBytes) <= LONGEST_DETAILED;
      const details = isDetailed && isShort ? await detailsOf(path, left, right) : {};
      const first = await placeOf(left, right);
      return { ...(first === undefined ? {} : { first }), ...details };
    });
  });
  if (sizes.a === undefined) {
    const only = await withArtifact(b, path, async (_, bytes) => bytes);
    sizes = only === undefined ? {} : { b: only };
  }
  return { path, bytes: sizes, ...found };
}

type Details = Pick<DifferingFile, 'places' | 'words'>;

async function detailsOf(path: string, left: FileHandle, right: FileHandle): Promise<Details> {
  const [a, b] = (await Promise.all([left, right].map(readWhole))).map(textOf);
  if (a === undefined || b === undefined) return {};
  const [from, to] = [jsonIn(path, a), jsonIn(path, b)];
  if (from !== undefined && to !== undefined) return { places: jsonDifferences(from, to) };
  return { words: diffWords(a, b) };
}

async function readWhole(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_DETAILED), 0, LONGEST_DETAILED, 0);
  return buffer.subarray(0, bytesRead);
}

/** The text of a file; undefined for what is none. */
function textOf(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** A file's JSON; of JSON lines, the list of its lines. What is nested too deep to be walked through is compared as text. */
function jsonIn(path: string, text: string): Json | undefined {
  if (path.endsWith('.json')) return jsonOf(text);
  if (!path.endsWith('.jsonl')) return undefined;
  const values = text
    .split('\n')
    .filter((line) => line !== '')
    .map(jsonOf);
  return values.includes(undefined) ? undefined : (values as Json[]);
}

function jsonOf(text: string): Json | undefined {
  const { value, faults } = readJson(Buffer.from(text), specLimits);
  return faults.length === 0 ? value : undefined;
}
