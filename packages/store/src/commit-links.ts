import { lstatSync, readlinkSync, symlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { runPlaces } from '@timelab/core';
import { type PlacedRun, rankOfRun } from './derived-links.ts';
import { isSystemError } from './disk-problem.ts';
import { syncFolder } from './durable-file.ts';
import { readFileList } from './file-list.ts';
import type { Lab } from './lab.ts';
import { moveLink } from './link.ts';
import { readRun } from './read-run.ts';
import { dayOfPath } from './run-path.ts';

const place = runPlaces.analyzer;

/** The names of the commit folders of a run that went well, with what a link beside the runs would lead to. */
export async function commitLinksOf(lab: Lab, { path, manifest }: PlacedRun): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  if (manifest.status !== 'ok') return links;
  for await (const [file] of readFileList(join(lab.root, path), manifest)) {
    const [, folder] = /^output\/(commit_[0-9a-f]{12})\//.exec(file) ?? [];
    if (folder !== undefined) links.set(folder, `${posix.basename(path)}/output/${folder}`);
  }
  return links;
}

/**
 * Points `commit_<12 digits>` beside the runs of a day at the newest folder there is for that commit. There can be
 * 100,000 of them, so those that are new are made without a question and made durable all at once. Says whether the
 * run has any.
 */
export async function pointCommitLinks(lab: Lab, run: PlacedRun): Promise<boolean> {
  const links = await commitLinksOf(lab, run);
  if (links.size === 0) return false;
  const folder = join(lab.root, dayOfPath(run.path), place);
  const there = new Set(await readdir(folder));
  const ranks = new Map<string, string | undefined>();
  for (const [name, target] of links) {
    if (!there.has(name) && makeLink(join(folder, name), target)) continue;
    const holder = holderOfCommitLink(join(folder, name));
    if (holder === posix.basename(run.path)) continue;
    if (holder === undefined) {
      // Foreign things stay as they are; a dead link that was taken away meanwhile is made anew.
      makeLink(join(folder, name), target);
      continue;
    }
    const rank = await rankOfHolder(lab, `${dayOfPath(run.path)}/${place}/${holder}`, ranks);
    if (rank === undefined || rank < rankOfRun(run)) await moveLink(join(folder, name), target);
  }
  await syncFolder(folder);
  return true;
}

/** Says false where something stands in its place. */
function makeLink(path: string, target: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}

/** The run folder that a link leads into; undefined for what is no link of ours, which is left alone. */
export function holderOfCommitLink(path: string): string | undefined {
  // Another process may take a dead link away at any time.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return /^([^/]+)\/output\/commit_[0-9a-f]{12}$/.exec(targetOf(path))?.[1];
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return '';
    throw error;
  }
}

/** Where the run that has a link stands in time; undefined where it is none that may hold one. */
export async function rankOfHolder(
  lab: Lab,
  path: string,
  ranks: Map<string, string | undefined>,
): Promise<string | undefined> {
  if (ranks.has(path)) return ranks.get(path);
  const reading = await readRun(join(lab.root, path));
  const holds = reading !== undefined && 'manifest' in reading && reading.manifest.status === 'ok';
  const rank = holds ? rankOfRun({ path, manifest: reading.manifest }) : undefined;
  ranks.set(path, rank);
  return rank;
}
