import { readdir, stat, unlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type DayPath, knowledgePlace, runPlaces } from '@timelab/core';
import { unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { linkTarget } from './link.ts';
import { findTemporaries } from './temporary.ts';

/** Something that a dead process left: a file that is not whole, or a derived link that leads nowhere; relative to the lab. */
type Debris = string;

/** What dead processes left unfinished in a day, and its derived links that lead nowhere, but for those in use. */
export async function findDayDebris(
  lab: Lab,
  day: DayPath,
  links: ReadonlyMap<string, unknown> = new Map(),
): Promise<Debris[]> {
  const found: Debris[] = [];
  for (const folder of await foldersOf(lab, day)) found.push(...(await temporariesIn(lab, folder)));
  for (const place of [...Object.values(runPlaces), knowledgePlace]) {
    found.push(...(await deadLinksIn(lab, `${day}/${place}`)));
  }
  if (!links.has('run.json')) found.push(...(await deadLink(lab, `${day}/run.json`)));
  return found;
}

/** The same for the lab's own folder. */
export async function findLabDebris(lab: Lab): Promise<Debris[]> {
  const found = [...(await temporariesIn(lab, '')), ...(await temporariesIn(lab, '.timelab'))];
  return [...found, ...(await deadLink(lab, 'latest'))];
}

/** Takes away what was found; says what it was. */
export async function clearDebris(lab: Lab, found: readonly Debris[]): Promise<readonly string[]> {
  for (const path of found) await unless(['ENOENT'], unlink(join(lab.root, path)));
  return found;
}

/** A day's folder and those up to two below it: where days are made, and no run's own folders. */
async function foldersOf(lab: Lab, day: DayPath): Promise<string[]> {
  const children = await subfoldersOf(lab, day);
  const grandchildren = await Promise.all(children.map((child) => subfoldersOf(lab, child)));
  return [day, ...children, ...grandchildren.flat()];
}

async function subfoldersOf(lab: Lab, folder: string): Promise<string[]> {
  const entries = await readdir(join(lab.root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
}

async function temporariesIn(lab: Lab, folder: string): Promise<Debris[]> {
  return (await findTemporaries(join(lab.root, folder))).map((name) => posix.join(folder, name));
}

async function deadLinksIn(lab: Lab, folder: string): Promise<Debris[]> {
  const entries = await unless(['ENOENT'], readdir(join(lab.root, folder), { withFileTypes: true }));
  const links = (entries ?? []).filter((entry) => entry.isSymbolicLink());
  const dead = await Promise.all(links.map((link) => deadLink(lab, `${folder}/${link.name}`)));
  return dead.flat();
}

async function deadLink(lab: Lab, path: string): Promise<Debris[]> {
  const link = join(lab.root, path);
  if ((await linkTarget(link)) === undefined) return [];
  return (await unless(['ENOENT', 'ENOTDIR', 'ELOOP'], stat(link))) === undefined ? [path] : [];
}
