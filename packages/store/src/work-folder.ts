import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { explained, unless } from './disk-problem.ts';
import { makeFolders, writeFileWhole } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { refuseLinks } from './linked-folder.ts';
import { listMarkers } from './run-marker.ts';
import { identifySelf } from './runner.ts';

/** Where the helper programs of a run work; what they made becomes part of the run only when all of it is whole. */
export interface WorkFolder {
  /** Absolute, on the same file system as the run. */
  readonly path: string;
  /** Whether a run of the same work that was interrupted has left it, with what it had done. */
  readonly continued: boolean;
  /** The ids of the runs that were interrupted in it. */
  readonly interrupted: readonly string[];
}

/** How long what an interrupted run has left waits to be continued, in milliseconds: a week. */
const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;

/**
 * Opens the work folder of a run. Where a run with the same key (see `inputs_key`) was interrupted, its folder is
 * taken over, by a rename, so that only one run can; but not where the machine has been started anew since, for nobody
 * knows then which of its files had reached the disk. Throws Problems of the disk.
 */
export async function openWork(lab: Lab, runId: string, key: string): Promise<WorkFolder> {
  return explained(lab, async () => {
    const path = join(places(lab), runId);
    for (const left of await abandoned(lab)) {
      if ((await keyOf(left)) !== keyHere(key)) continue;
      const taken = await unless(
        ['ENOENT'],
        rename(left, path).then(() => true),
      );
      if (taken !== true) continue;
      // One that was killed before it wrote its id down is whom the folder is called by.
      const interrupted = [...new Set([...(await runsIn(path)), basename(left)])];
      await writeRuns(path, [...interrupted, runId]);
      return { path, continued: true, interrupted };
    }
    await makeFolders(lab.root, places(lab));
    // One that is there is this run's own: nobody else has its id.
    await unless(['EEXIST'], mkdir(path, 0o700));
    await writeRuns(path, [runId]);
    await writeFileWhole(keyFile(path), keyHere(key));
    return { path, continued: false, interrupted: [] };
  });
}

/**
 * Takes a work folder from the runs to come, none of which goes on with it then. Gives what hands it to them again;
 * undefined where none would have gone on with it.
 */
export async function withdrawWork(folder: string): Promise<(() => Promise<void>) | undefined> {
  const key = await keyOf(folder);
  if (key === undefined) return undefined;
  await rm(keyFile(folder));
  return () => writeFileWhole(keyFile(folder), key);
}

/** What the store keeps in a work folder for itself; all else is the run's. */
export const ownWorkFiles = (folder: string): readonly string[] => [keyFile(folder), runsFile(folder)];

/** Removes the work folder of a run that needs it no more. */
export async function closeWork(lab: Lab, runId: string): Promise<void> {
  await explained(lab, () => rm(join(places(lab), runId), { recursive: true, force: true }));
}

/** Removes what interrupted runs have left and nobody has continued for a week; says the paths, relative to the lab. */
export async function clearOldWork(lab: Lab, now: Date): Promise<string[]> {
  return explained(lab, async () => {
    const old = await findOldWork(lab, now);
    for (const path of old) await rm(join(lab.root, path), { recursive: true, force: true });
    return old;
  });
}

/** What interrupted runs have left and nobody has continued for a week, relative to the lab. */
export async function findOldWork(lab: Lab, now: Date): Promise<string[]> {
  const old: string[] = [];
  for (const left of await abandoned(lab)) {
    const stats = await unless(['ENOENT'], stat(left));
    if (stats !== undefined && now.getTime() - stats.mtimeMs >= KEPT_FOR)
      old.push(left.slice(lab.root.length + 1));
  }
  return old;
}

/** The work folders whose runs are marked no more, and so have ended; throws `path_escapes` where a link leads to them. */
async function abandoned(lab: Lab): Promise<string[]> {
  await refuseLinks(lab.root, places(lab));
  const all = (await unless(['ENOENT'], readdir(places(lab)))) ?? [];
  const names = all.filter((name) => /^[0-9a-f]{64}$/.test(name));
  const alive = new Set(names.length === 0 ? [] : (await listMarkers(lab)).map((marker) => marker.runId));
  return names.filter((name) => !alive.has(name)).map((name) => join(places(lab), name));
}

const keyFile = (folder: string) => join(folder, 'key');
const runsFile = (folder: string) => join(folder, 'runs');

/** The key of work that is done before the machine goes down. */
const keyHere = (key: string) => `${key}\n${identifySelf().boot_id ?? ''}\n`;

async function keyOf(folder: string): Promise<string | undefined> {
  return unless(['ENOENT', 'ENOTDIR'], readFile(keyFile(folder), 'utf8'));
}

/** The runs that were at work in a folder, in their order. */
async function runsIn(folder: string): Promise<string[]> {
  const text = (await unless(['ENOENT'], readFile(runsFile(folder), 'utf8'))) ?? '';
  return text.split('\n').filter((id) => id !== '');
}

async function writeRuns(folder: string, ids: readonly string[]): Promise<void> {
  await writeFileWhole(runsFile(folder), ids.map((id) => `${id}\n`).join(''));
}

// Inside `.timelab`, which tells git to ignore all that it holds.
const places = (lab: Lab) => join(lab.root, '.timelab', 'work');
