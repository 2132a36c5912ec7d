import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem, sha256 } from '@timelab/core';
import { identifySelf } from '@timelab/store';
import type { World } from '../../world.ts';
import { userFolder } from '../folders.ts';

/** How much of a history a clone holds: all of it, the newest commits, or all but the contents of files. */
export type CloneMode = 'full' | 'shallow' | 'diff-only';

/** Where one clone is kept. */
export interface ClonePlace {
  /** The folder of all clones. */
  readonly folder: string;
  /** The clone's name in it. */
  readonly name: string;
  readonly gitDir: string;
}

/**
 * The place of the clone of a URL: one for each URL and mode, in timelab's folder below XDG_CACHE_HOME. The name begins with
 * words of the URL for people; its hash tells it from all others.
 */
export function clonePlace(world: World, url: string, mode: CloneMode): ClonePlace {
  const folder = clonesFolder(world);
  const words = url.replace(/^[a-z]+:\/\/|\.git\/?$/g, '').replace(/[^A-Za-z0-9._]+/g, '-');
  const slug = words.replace(/^[-.]+|[-.]+$/g, '').slice(-60);
  const name = `${slug}-${mode}-${sha256(url).slice(0, 16)}`;
  return { folder, name, gitDir: join(folder, `${name}.git`) };
}

/** The folder of all clones. */
export function clonesFolder(world: World): string {
  return join(userFolder(world, 'XDG_CACHE_HOME'), 'clones');
}

/** Makes the folder of all clones, for nobody else to read. Throws `disk_error`. */
export async function makeCacheFolder({ folder }: ClonePlace): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error) => {
    throw cacheProblem(folder, error);
  });
}

/** Says that the cache cannot be written: `disk_full`, or `disk_error`. */
export function cacheProblem(folder: string, cause: NodeJS.ErrnoException): Problem {
  const kind = cause.code === 'ENOSPC' || cause.code === 'EDQUOT' ? 'disk_full' : 'disk_error';
  return new Problem(kind, `The cache ${folder} cannot be written: the system says ${cause.code}.`, {
    hint: 'Make room or leave there, or set XDG_CACHE_HOME to another folder.',
    cause,
  });
}

/**
 * A path for a clone that is not whole yet. It is a new one each time: a git that outlived its timelab may still clear
 * away its own.
 */
export function unfinishedClone({ folder, name }: ClonePlace): string {
  return join(folder, `${name}.${identifySelf().host}-${randomBytes(6).toString('hex')}.tmp`);
}

/**
 * Clears what a timelab or a git that was killed left of a clone: clones and packs that are not whole, and git's locks.
 * For the holder of the clone's lock alone, while no git of its own is at work.
 */
export async function clearLeftovers({ folder, name, gitDir }: ClonePlace): Promise<void> {
  const start = `${name}.${identifySelf().host}-`;
  const left = [
    ...(await namesIn(folder, (other) => other.startsWith(start) && other.endsWith('.tmp'))),
    ...(await namesIn(gitDir, isLock)),
    ...(await namesIn(join(gitDir, 'refs', 'timelab'), isLock)),
    ...(await namesIn(join(gitDir, 'objects', 'pack'), (other) =>
      /^(tmp_|\.tmp-)|\.(keep|lock)$/.test(other),
    )),
  ];
  for (const path of left) await rm(path, { recursive: true, force: true });
}

const isLock = (name: string) => name.endsWith('.lock');

async function namesIn(folder: string, isMeant: (name: string) => boolean): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(isMeant).map((name) => join(folder, name));
}
