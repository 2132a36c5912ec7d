import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { idOfRecord, type Manifest, sha256, specCopy } from '@timelab/core';
import { digestNow, explained, type Pause, readFileListPieces } from '@timelab/store';
import { plainFile } from './plain-file.ts';

/** A file that a run was made from, with its bytes as they were. */
interface RecordedInput {
  readonly path: string;
  readonly bytes: Buffer;
}

/** What a run was made from, and which of its files are not as its record says. */
export interface RecordedRun {
  /** The whole ones, in the order of the record. */
  readonly inputs: readonly RecordedInput[];
  /** Paths in the run. */
  readonly damaged: readonly string[];
}

/** Reads what a run was made from out of its own folder, and holds every file against the digests of its record and of the list that this names. Throws Problems of the disk. */
export async function readRecordedRun(
  folder: string,
  manifest: Manifest,
  pause: Pause,
): Promise<RecordedRun> {
  return explained({ root: folder }, () => readRun(folder, manifest, pause));
}

async function readRun(folder: string, manifest: Manifest, pause: Pause): Promise<RecordedRun> {
  const inputs: RecordedInput[] = [];
  const damaged = idOfRecord(manifest) === manifest.run_id ? [] : ['run.json'];
  for (const input of manifest.inputs) {
    // What lies elsewhere is none, and would stand where the new run writes its own files.
    const isInput = input.path.startsWith('input/');
    const bytes = isInput ? await readWhole(join(folder, input.path), input.bytes) : undefined;
    const digest = bytes === undefined ? undefined : sha256(bytes);
    const right = input.path === specCopy ? [input.sha256, manifest.task.inputs_hash] : [input.sha256];
    if (bytes === undefined || right.some((one) => one !== digest)) damaged.push(input.path);
    else inputs.push({ path: input.path, bytes });
  }
  if (![...damaged, ...inputs.map(({ path }) => path)].includes(specCopy)) damaged.push(specCopy);
  const read = new Set(manifest.inputs.map(({ path }) => path));
  for await (const files of digestsOf(folder, manifest)) {
    for (const [path, digest] of files) {
      if (!read.has(path) && (await digestOf(join(folder, path), pause)) !== digest) damaged.push(path);
      await pause();
    }
  }
  return { inputs, damaged };
}

async function* digestsOf(folder: string, manifest: Manifest) {
  yield Object.entries(manifest.digests);
  yield* readFileListPieces(folder, manifest);
}

/** A file's bytes, if it is one and of this length. */
async function readWhole(path: string, length: number): Promise<Buffer | undefined> {
  const found = await plainFile(path);
  return found?.size === length ? await readFile(path) : undefined;
}

async function digestOf(path: string, pause: Pause): Promise<string | undefined> {
  return (await plainFile(path)) === undefined ? undefined : (await digestNow(path, pause)).digest;
}
