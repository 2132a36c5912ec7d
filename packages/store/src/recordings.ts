import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type KeptFile,
  type KeptRecording,
  type ModelDescription,
  Problem,
  type Recording,
  type Recordings,
  readModelFile,
  readRecording,
  recordingFile,
  recordingsFolder,
} from '@timelab/core';
import { explained, unless } from './disk-problem.ts';
import { makeFoldersDurable, syncFolder, writeFileDurable } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { refuseLinks } from './linked-folder.ts';
import { findTemporaries, isTemporary } from './temporary.ts';

/** Why an answer, as the texts of its files, is not to be kept, in words; undefined where it may be. */
export type Refusal = (...texts: readonly string[]) => string | undefined;

/** The recordings of a lab, which can be read by the names of their files. */
interface LabRecordings extends Recordings {
  /** The recording of this name; undefined for one that is damaged or not there. */
  read(name: string): Promise<Recording | undefined>;
}

/** Where a recording lies, by the name of its file; relative to the lab. */
export function recordingPath(name: string): string {
  return `${recordingsFolder}/${shardOf(name)}/${name}`;
}

/**
 * The recordings of a lab: one file each, for good once it is kept, never written again. `refuse` looks at what is about to
 * be kept. All of them throw Problems of the disk, `path_escapes` where a link leads to them.
 */
export function openRecordings(lab: Lab, refuse: Refusal): LabRecordings {
  const damaged = new Set<string>();
  const read = async <T>(folder: string, name: string, readIt: (name: string, bytes: Uint8Array) => T) => {
    const path = `${recordingsFolder}/${folder}/${name}`;
    const bytes = await explained(lab, () => readPlain(join(lab.root, path)));
    const value = bytes === undefined ? undefined : readIt(name, bytes);
    if (value === undefined) damaged.add(path);
    return value;
  };
  async function* recordingsIn(folder: string, begins: string): AsyncGenerator<KeptRecording> {
    const names = await explained(lab, () => recordedIn(lab, folder));
    for (const name of names.filter((one) => one.startsWith(begins))) {
      const recording = await read(folder, name, readRecording);
      if (recording !== undefined) yield { name, recording };
    }
  }
  return {
    get damaged() {
      return [...damaged];
    },
    models: () =>
      explained(lab, async () => {
        const models = new Map<string, ModelDescription>();
        for (const name of await recordedIn(lab, 'models')) {
          const model = await read('models', name, readModelFile);
          if (model !== undefined) models.set(name.replace(/\.json$/, ''), model);
        }
        return models;
      }),
    // The first digits of a key are its folder, and of the names in it, which end in digits, none begins like another key.
    find: (key) => recordingsIn(shardOf(key), `${key}.`),
    all: () => allIn(lab, recordingsIn),
    read: (name) => read(shardOf(name), name, readRecording),
    keep: (model, recording, said) =>
      explained(lab, async () => {
        const answer = recordingFile(recording);
        const refused = refuse(model.text, answer.text, ...said);
        if (refused === undefined) await keep(lab, model, answer, shardOf(recording.key));
        return refused;
      }),
  };
}

const shardOf = (key: string) => `answers/${key.slice(0, 2)}`;

async function* allIn(
  lab: Lab,
  recordingsIn: (folder: string, begins: string) => AsyncGenerator<KeptRecording>,
): AsyncGenerator<KeptRecording> {
  for (const shard of await explained(lab, () => recordedIn(lab, 'answers')))
    yield* recordingsIn(`answers/${shard}`, '');
}

/** The names in a folder of recordings; throws `file_exists` where it cannot be told what is recorded. */
async function recordedIn(lab: Lab, folder: string): Promise<string[]> {
  await refuseFiles(lab, folder);
  return await namesIn(lab, folder);
}

/** A file in the place of the recordings is not the same as none; one among the folders of answers is nobody's. */
async function refuseFiles(lab: Lab, folder: string): Promise<void> {
  const [inner = ''] = folder.split('/');
  await refuseLinks(lab.root, join(lab.root, recordingsFolder, inner));
  for (const place of [recordingsFolder, `${recordingsFolder}/${inner}`]) {
    const stats = await unless(['ENOENT'], lstat(join(lab.root, place)));
    if (stats === undefined || stats.isDirectory()) continue;
    throw new Problem('file_exists', `${place} is no folder: a file stands where a folder has to be.`, {
      hint: 'Move the file away; the folder is made with the next answer that is kept.',
    });
  }
}

/** The names in a folder of recordings in their order, which is that of time for those of one key. */
async function namesIn(lab: Lab, folder: string): Promise<string[]> {
  const path = join(lab.root, recordingsFolder, folder);
  await refuseLinks(lab.root, path);
  const names = (await unless(['ENOENT', 'ENOTDIR'], readdir(path))) ?? [];
  return names.filter((name) => !isTemporary(name) && !name.startsWith('.')).sort();
}

/** A file's bytes; undefined for what is no plain file, or gone. */
async function readPlain(path: string): Promise<Uint8Array | undefined> {
  const stats = await unless(['ENOENT'], lstat(path));
  return stats?.isFile() ? await unless(['ENOENT', 'EACCES', 'EIO'], readFile(path)) : undefined;
}

async function keep(lab: Lab, model: KeptFile, answer: KeptFile, shard: string): Promise<void> {
  for (const folder of ['models', 'answers']) await refuseFiles(lab, folder);
  await makeFolder(lab);
  // The model first: no answer may stand there whose model nobody knows.
  await keepFile(lab, 'models', model);
  await keepFile(lab, shard, answer);
}

/** Like run folders, the recordings are for their owner alone: they hold prompts and answers. */
async function makeFolder(lab: Lab): Promise<void> {
  const folder = join(lab.root, recordingsFolder);
  await refuseLinks(lab.root, folder);
  const made = await unless(
    ['EEXIST'],
    mkdir(folder, 0o700).then(() => true),
  );
  if (made === true) await syncFolder(lab.root);
}

async function keepFile(lab: Lab, folder: string, { name, text }: KeptFile): Promise<void> {
  const parent = join(lab.root, recordingsFolder, folder);
  await refuseLinks(lab.root, parent);
  const there = await readPlain(join(parent, name));
  if (there !== undefined && Buffer.from(text, 'utf8').equals(there)) return;
  await makeFoldersDurable(lab.root, parent);
  // What stands there under the same name can only be damaged.
  await writeFileDurable(join(parent, name), text);
}

/** What dead processes left unfinished among the recordings, relative to the lab. */
export async function findRecordingDebris(lab: Lab): Promise<string[]> {
  const shards = (await namesIn(lab, 'answers')).map((shard) => `answers/${shard}`);
  const found: string[] = [];
  for (const folder of ['models', ...shards]) {
    const path = `${recordingsFolder}/${folder}`;
    found.push(...(await findTemporaries(join(lab.root, path))).map((name) => `${path}/${name}`));
  }
  return found;
}
