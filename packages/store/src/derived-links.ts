import { lstat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type DayPath, knowledgePlace, type Manifest, rankOf } from '@timelab/core';
import { listDays } from './days.ts';
import { unless } from './disk-problem.ts';
import { makeFoldersDurable } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { ledgerOf, readLastRows } from './ledger-file.ts';
import { linkTarget, pointLink } from './link.ts';
import { readRun } from './read-run.ts';
import { dayOfPath } from './run-path.ts';

/** A run and where it lies, relative to the lab. */
export interface PlacedRun {
  readonly path: string;
  readonly manifest: Manifest;
}

/** A link of a day that a run would have lead to itself; both paths are relative to the day. */
export interface DerivedLink {
  readonly path: string;
  readonly target: string;
}

/** What links each finished run lays claim to: of several runs that claim one, the newest has it. */
const rules: readonly ((run: PlacedRun) => DerivedLink[])[] = [recordOfNewest, graphOfRun];

function recordOfNewest(run: PlacedRun): DerivedLink[] {
  return [{ path: 'run.json', target: `${run.path.slice(dayOfPath(run.path).length + 1)}/run.json` }];
}

/** The graph of a mined history is what was learnt on its day, so the day's knowledge leads to it. */
function graphOfRun({ path, manifest }: PlacedRun): DerivedLink[] {
  const graph = 'output/graph.json';
  if (!manifest.artifacts.includes(graph)) return [];
  const run = path.slice(dayOfPath(path).length + 1);
  return [{ path: `${knowledgePlace}/${posix.basename(run)}.json`, target: `${run}/${graph}` }];
}

/** All links that a run lays claim to; a run that is still at work claims none. */
export function claimedLinks(run: PlacedRun): DerivedLink[] {
  return run.manifest.status === 'running' ? [] : rules.flatMap((rule) => rule(run));
}

/** Where a run stands among all runs, as its row in a ledger does. */
export function rankOfRun({ path, manifest }: PlacedRun): string {
  return rankOf({ timestamp_start: manifest.timestamp_start, path });
}

/** Points the links that a finished run claims at it, or at a newer run that claims them too. */
export async function pointDayLinks(lab: Lab, run: PlacedRun): Promise<void> {
  const day = dayOfPath(run.path);
  for (let moved = true; moved; ) {
    moved = false;
    // Whoever moves a link has listed its run before, and looks again after: the last one to move sees all.
    const newer = await newerRuns(lab, run);
    for (const { path } of claimedLinks(run)) {
      const holder = await holderOf(lab, day, path);
      const claimants = holder === undefined ? [run, ...newer] : [run, ...newer, holder];
      const target = newestTarget(claimants, path);
      if (target !== undefined) moved = (await pointDayLink(lab, day, { path, target })) || moved;
    }
  }
}

/** Points one link of a day; says whether it moved. */
export async function pointDayLink(lab: Lab, day: DayPath, { path, target }: DerivedLink): Promise<boolean> {
  const folder = posix.dirname(path);
  // A day that a run has begun has only the folders that the run needs.
  if (folder !== '.') await makeFoldersDurable(lab.root, join(lab.root, day, folder));
  return pointLink(join(lab.root, day, path), posix.relative(folder, target));
}

/** The runs that were listed lately in the day of a run and are newer than it. */
export async function newerRuns(lab: Lab, run: PlacedRun): Promise<PlacedRun[]> {
  const rows = await readLastRows(ledgerOf(lab, dayOfPath(run.path)));
  const paths = rows.filter((row) => rankOf(row) > rankOfRun(run)).map((row) => row.path);
  return placedRuns(lab, paths);
}

/** Points `latest` at the newest day that holds a run, or at the newest day where none does. */
export async function pointLatest(lab: Lab): Promise<void> {
  for (let moved = true; moved; ) {
    const day = await newestDay(lab);
    moved = day !== undefined && (await pointLink(join(lab.root, 'latest'), day));
  }
}

/** The newest day that holds a run, or the newest day where none does. */
export async function newestDay(lab: Lab): Promise<DayPath | undefined> {
  let newest: DayPath | undefined;
  for await (const day of listDays(lab)) {
    if ((await unless(['ENOENT'], lstat(join(lab.root, day, 'run.json')))) !== undefined) return day;
    newest ??= day;
  }
  return newest;
}

/** The run that a link of a day leads to; undefined where it leads to none. */
export async function holderOf(lab: Lab, day: DayPath, link: string): Promise<PlacedRun | undefined> {
  const target = await linkTarget(join(lab.root, day, link));
  if (target === undefined) return undefined;
  const run = posix.join(posix.dirname(link), target).split('/').slice(0, 3).join('/');
  return (await placedRuns(lab, [`${day}/${run}`]))[0];
}

async function placedRuns(lab: Lab, paths: readonly string[]): Promise<PlacedRun[]> {
  const placed: PlacedRun[] = [];
  for (const path of paths) {
    const reading = await readRun(join(lab.root, path));
    if (reading !== undefined && 'manifest' in reading) placed.push({ path, manifest: reading.manifest });
  }
  return placed;
}

function newestTarget(claimants: readonly PlacedRun[], path: string): string | undefined {
  const claims = claimants.flatMap((run) =>
    claimedLinks(run)
      .filter((link) => link.path === path)
      .map(({ target }) => ({ target, rank: rankOfRun(run) })),
  );
  return claims.sort((a, b) => (a.rank < b.rank ? 1 : -1))[0]?.target;
}
