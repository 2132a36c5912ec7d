import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitList, faultAt, type Manifest, type RecordFault } from '@timelab/core';
import { isSystemError, reasonOf } from './disk-problem.ts';
import { digestNow, type FileDigest, type Pause } from './file-digest.ts';
import { fileIn, placeOfList } from './file-list.ts';
import { contentFaults, isReadAgain } from './verify-contents.ts';

/** What the files of a run came to beside its record. */
export interface FilesVerdict {
  readonly faults: readonly RecordFault[];
  /** How many files were read, and how many bytes they hold. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * Holds every file of a run folder against the digests of its record, and of the file list that this names; links
 * are not followed. Of a record that is `known` to be of this version, what it says is held against what the files say.
 * Nothing is changed.
 */
export async function verifyFiles(
  folder: string,
  manifest: Manifest,
  known: boolean,
  pause: Pause,
): Promise<FilesVerdict> {
  const faults: RecordFault[] = [];
  const found = walk(folder, faults);
  const expected = new Map(Object.entries(manifest.digests));
  if (manifest.file_list !== undefined) faults.push(...readList(folder, manifest.file_list, found, expected));
  const read = new Map<string, FileDigest>();
  for (const [path, digest] of expected) {
    const fault = await verifyFile({ folder, path, digest, kind: found.get(path) }, read, pause);
    if (fault !== undefined) faults.push(fault);
    await pause();
  }
  faults.push(...lengthFaults(manifest, read), ...countFaults(folder, manifest, read));
  if (known) faults.push(...contentFaults(folder, manifest, read));
  for (const [path, kind] of found) {
    if (path !== 'run.json' && !expected.has(path)) faults.push(added(path, kind));
  }
  const bytes = [...read.values()].reduce((sum, one) => sum + one.bytes, 0);
  return { faults, files: read.size, bytes };
}

type Kind = 'file' | 'link' | 'folder' | 'special';

/** Everything below a folder but folders that hold something, by path; what cannot be looked into becomes a fault. */
function walk(
  folder: string,
  faults: RecordFault[],
  parent = '',
  found = new Map<string, Kind>(),
): Map<string, Kind> {
  for (const entry of entriesOf(folder, parent, faults)) {
    const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
    const kind = kindOf(entry);
    if (kind === 'folder') walk(folder, faults, path, found);
    else found.set(path, kind);
  }
  return found;
}

function entriesOf(folder: string, parent: string, faults: RecordFault[]): Dirent[] {
  try {
    return readdirSync(`${folder}/${parent}`, { withFileTypes: true });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    faults.push(faultAt('unreadable', parent === '' ? '.' : parent, `cannot be read: ${reason}`));
    return [];
  }
}

function kindOf(entry: Dirent): Kind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'special';
}

const inWords: Readonly<Record<Kind, string>> = {
  file: 'a file',
  link: 'a link',
  folder: 'a folder',
  special: 'neither file nor folder',
};

interface Expected {
  readonly folder: string;
  readonly path: string;
  readonly digest: string;
  /** What stands at the path; nothing where it is undefined. */
  readonly kind: Kind | undefined;
}

async function verifyFile(
  { folder, path, digest, kind }: Expected,
  read: Map<string, FileDigest>,
  pause: Pause,
): Promise<RecordFault | undefined> {
  if (kind === undefined) return faultAt('file_missing', path, `recorded with ${digest.slice(0, 12)}`);
  if (kind !== 'file') return faultAt('not_a_file', path, `is ${inWords[kind]}`);
  try {
    const now = await digestNow(`${folder}/${path}`, pause, isReadAgain(path));
    read.set(path, now);
    if (now.digest === digest) return undefined;
    return faultAt(
      'digest_mismatch',
      path,
      `has ${now.digest.slice(0, 12)}, recorded is ${digest.slice(0, 12)}`,
    );
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return faultAt('file_missing', path, 'went away meanwhile');
    if (!isSystemError(error)) throw error;
    return faultAt('unreadable', path, `cannot be read: ${reasonOf(error)}`);
  }
}

function added(path: string, kind: Kind): RecordFault {
  return faultAt('file_added', path, `is ${inWords[kind]} that the record does not list`);
}

/** Adds the files of a list to those that are expected; a list that is not there is told by its own digest. */
function readList(
  folder: string,
  list: string,
  found: ReadonlyMap<string, Kind>,
  expected: Map<string, string>,
): RecordFault[] {
  if (found.get(list) !== 'file') return [];
  const faults: RecordFault[] = [];
  const place = placeOfList(list);
  const lines = readFileSync(join(folder, list), 'utf8').split('\n');
  if (lines.pop() !== '') faults.push(faultAt('list_invalid', list, 'does not end with a line end'));
  for (const [at, line] of lines.entries()) {
    const [file] = fileIn(place, line);
    if (file === undefined)
      faults.push(faultAt('list_invalid', list, `line ${at + 1} is not one that sha256sum writes`));
    else if (expected.has(file[0]) || file[0] === 'run.json')
      faults.push(faultAt('list_invalid', list, `line ${at + 1} lists ${file[0]} once more`));
    else expected.set(...file);
  }
  return faults;
}

function lengthFaults({ inputs }: Manifest, read: ReadonlyMap<string, FileDigest>): RecordFault[] {
  return inputs.flatMap(({ path, bytes }, at) => {
    const now = read.get(path)?.bytes;
    if (now === undefined || now === bytes) return [];
    return [
      faultAt('input_mismatch', `run.json#/inputs/${at}/bytes`, `${path} holds ${now}, recorded is ${bytes}`),
    ];
  });
}

function countFaults(
  folder: string,
  { history }: Manifest,
  read: ReadonlyMap<string, FileDigest>,
): RecordFault[] {
  if (history === undefined || !read.has(commitList)) return [];
  const lines = readFileSync(join(folder, commitList), 'latin1').split('\n').length - 1;
  if (lines === history.commits) return [];
  const detail = `${commitList} has ${lines}, recorded is ${history.commits}`;
  return [faultAt('history_mismatch', 'run.json#/history/commits', detail)];
}
