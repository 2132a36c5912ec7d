import { readdir, stat, unlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type DayPath, knowledgePlace, runPlaces } from '@timelab/core';
import { unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { linkTarget } from './link.ts';
import { clearTemporaries } from './temporary.ts';

/** Clears from a day what dead processes left unfinished, and derived links that lead nowhere; says what went. */
export async function clearDayDebris(
  lab: Lab,
  day: DayPath,
  links: ReadonlyMap<string, unknown>,
): Promise<string[]> {
  const removed: string[] = [];
  for (const folder of await foldersOf(lab, day)) {
    removed.push(...(await clearFolder(lab, folder)));
  }
  for (const place of [...Object.values(runPlaces), knowledgePlace]) {
    removed.push(...(await clearDeadLinks(lab, `${day}/${place}`)));
  }
  if (!links.has('run.json')) removed.push(...(await clearDeadLink(lab, `${day}/run.json`)));
  return removed;
}

/** The same for the lab's own folder. */
export async function clearLabDebris(lab: Lab): Promise<string[]> {
  const removed = [...(await clearFolder(lab, '')), ...(await clearFolder(lab, '.timelab'))];
  return [...removed, ...(await clearDeadLink(lab, 'latest'))];
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

async function clearFolder(lab: Lab, folder: string): Promise<string[]> {
  return (await clearTemporaries(join(lab.root, folder))).map((name) => posix.join(folder, name));
}

async function clearDeadLinks(lab: Lab, folder: string): Promise<string[]> {
  const entries = await unless(['ENOENT'], readdir(join(lab.root, folder), { withFileTypes: true }));
  const links = (entries ?? []).filter((entry) => entry.isSymbolicLink());
  const removed = await Promise.all(links.map((link) => clearDeadLink(lab, `${folder}/${link.name}`)));
  return removed.flat();
}

async function clearDeadLink(lab: Lab, path: string): Promise<string[]> {
  const link = join(lab.root, path);
  if ((await linkTarget(link)) === undefined) return [];
  if ((await unless(['ENOENT', 'ENOTDIR', 'ELOOP'], stat(link))) !== undefined) return [];
  await unless(['ENOENT'], unlink(link));
  return [path];
}
