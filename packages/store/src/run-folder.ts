import { chmod, mkdir, rename } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { formatManifest, type Manifest, type Mask, maskedManifest, Problem, sha256 } from '@timelab/core';
import { explained } from './disk-problem.ts';
import { makeFolders, syncFolder, writeFileDurable, writeFileWhole } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { refuseLinks } from './linked-folder.ts';
import { publishRun } from './publish-run.ts';
import { removeMarker } from './run-marker.ts';
import { refuseSecrets, tokenNote } from './scan-run.ts';
import { syncTree } from './sync-tree.ts';

/** Run folders are for their owner alone, unless the lab's are to be read by others: prompts and answers may be nobody else's business. */
export const runModeOf = ({ runMode = 0o700 }: Lab) => runMode;

/** Makes the folder of a run, with the mode that the lab's have whatever the umask; there may be none yet. */
export async function makeRunFolder(lab: Lab, folder: string): Promise<void> {
  await mkdir(folder, 0o700);
  if (lab.runMode !== undefined) await chmod(folder, lab.runMode);
}

/** The folder of a run that is at work. */
export interface RunFolder {
  readonly lab: Lab;
  /** Absolute. */
  readonly path: string;
  /** Relative to the lab, with "/" between its parts. */
  readonly relativePath: string;
  readonly manifest: Manifest;
  /**
   * Writes a file of the run, whole or not at all; a path below `input/`, `output/` or `logs/`. It is there for
   * good when `finish` resolves. Throws `path_escapes` and Problems of the disk.
   */
  add(relative: string, data: Uint8Array | string): Promise<void>;
  /**
   * Makes a folder that helper programs filled the run's `output/`, whole or not at all, and durably; it has to lie
   * on the same file system. `listed` are the digests of its files by their paths in the run, but for those of the
   * manifest's file list. Nothing can be there yet. Throws Problems of the disk.
   */
  adoptOutput(folder: string, listed: Digests): Promise<void>;
  /**
   * Ends the run: writes its last manifest, with the artifacts and digests of all that was added, and lists it.
   * Gives that manifest; when it resolves the run is acknowledged. After a failure it may be called again, with another status.
   */
  finish(final: Manifest): Promise<Manifest>;
}

/** The digests of a run's files by their paths in the run folder. */
export type Digests = ReadonlyMap<string, string>;

/** The run folder at a path of the lab, claimed by this process and empty but for its first manifest. */
export function openRunFolder(lab: Lab, relativePath: string, manifest: Manifest): RunFolder {
  const path = join(lab.root, relativePath);
  const digests = new Map<string, string>();
  const notes: string[] = [];
  const filled = new Set<string>();
  const add = async (relative: string, data: Uint8Array | string) => {
    const place = placeInRun(relative);
    const masked = lab.mask === undefined ? data : maskedData(lab.mask, data);
    await makeParent(path, place);
    await writeFileWhole(join(path, place), masked);
    digests.set(place, sha256(masked));
    const note = tokenNote(place, masked);
    if (note !== undefined) notes.push(note);
  };
  const adoptOutput = async (folder: string, listed: Digests) => {
    await syncTree(folder);
    await rename(folder, join(path, 'output'));
    filled.add('output');
    for (const [file, digest] of listed) digests.set(placeInRun(file), digest);
  };
  const finish = async (final: Manifest) => {
    assertSameRun(manifest, final);
    const noted = notes.length === 0 ? final : { ...final, notes: [...(final.notes ?? []), ...notes] };
    if (lab.mask !== undefined) await refuseSecrets(path, filled, lab.mask, (taken) => digests.delete(taken));
    const masked = lab.mask === undefined ? noted : maskedManifest(lab.mask, noted);
    const done = await writeLastManifest(path, masked, digests);
    await publishRun(lab, { path: relativePath, manifest: done });
    await removeMarker(lab, done.run_id);
    return done;
  };
  return {
    lab,
    path,
    relativePath,
    manifest,
    add: (relative, data) => explained(lab, () => add(relative, data)),
    adoptOutput: (folder, listed) => explained(lab, () => adoptOutput(folder, listed)),
    finish: (final) => explained(lab, () => finish(final)),
  };
}

function maskedData(mask: Mask, data: Uint8Array | string): Uint8Array | string {
  return typeof data === 'string' ? mask.text(data) : mask.bytes(data);
}

/**
 * Writes the manifest that a run ends with, after its files are safe, by way of a file in `staging`; gives the manifest that
 * was written.
 */
export async function writeLastManifest(
  folder: string,
  { runner: _, ...final }: Manifest,
  digests: Digests,
  staging = folder,
): Promise<Manifest> {
  await Promise.all([...foldersOf(digests.keys())].map((parent) => syncFolder(join(folder, parent))));
  const artifacts = [...digests.keys()].sort();
  const done = { ...final, artifacts, digests: Object.fromEntries([...digests].sort(byPath)) };
  await writeFileDurable(join(folder, 'run.json'), formatManifest(done), staging);
  return done;
}

const byPath = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : 1);

/** All folders that lead to the files, but for the run folder itself, which is synced with its manifest. */
function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent))
      folders.add(parent);
  }
  return folders;
}

function placeInRun(relative: string): string {
  const parts = relative.split('/');
  const climbs = parts.some((part) => part === '' || part === '.' || part === '..');
  const known = parts.length > 1 && ['input', 'output', 'logs'].includes(parts[0] ?? '');
  if (known && !climbs && !/[\0\\]/.test(relative)) return relative;
  throw new Problem('path_escapes', `${JSON.stringify(relative)} is no place for a file of a run.`, {
    hint: 'Files of a run lie below input/, output/ or logs/ of its folder.',
  });
}

async function makeParent(folder: string, place: string): Promise<void> {
  const parent = join(folder, dirname(place));
  // A helper program that works in the folder could have put a link there that leads out.
  await refuseLinks(folder, parent);
  await makeFolders(folder, parent);
}

function assertSameRun(claimed: Manifest, final: Manifest): void {
  if (final.run_id !== claimed.run_id || final.timestamp_start !== claimed.timestamp_start) {
    throw new Error('a run has to end under the id and the start that it was claimed with');
  }
  if (final.status === 'running') throw new Error('a run cannot end as running');
}
