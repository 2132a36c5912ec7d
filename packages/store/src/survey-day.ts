import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DayPath, type Fault, type LedgerRow, ledgerRow, type Runner, runPlaces } from '@timelab/core';
import { claimedLinks, type PlacedRun, rankOfRun } from './derived-links.ts';
import { unless } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { refuseLinks } from './linked-folder.ts';
import { visitRunFolders } from './list-runs.ts';
import { readRun } from './read-run.ts';
import { listMarkers } from './run-marker.ts';
import { isRunFolderName, placeFaults } from './run-path.ts';
import { isGone } from './runner.ts';
import { interruptRun, type Settled, whereAllowed } from './settle.ts';
import { clearTemporaries } from './temporary.ts';

/** A run that cannot be listed, and why. */
export interface DamagedRun {
  /** Relative to the lab. */
  readonly path: string;
  readonly faults: readonly Fault[];
}

/** What the manifests of one day say, and what was mended on the way. */
export interface DaySurvey {
  readonly rows: LedgerRow[];
  readonly settled: Settled[];
  readonly running: string[];
  readonly damaged: DamagedRun[];
  readonly removed: string[];
  /** Where each derived link of the day has to lead, and the rank of the run that has it. */
  readonly links: Map<string, { target: string; rank: string }>;
  /** The runs whose commits are linked to. */
  readonly mined: PlacedRun[];
  newest?: PlacedRun;
}

/** Reads every manifest of a day; runs whose processes have died are cancelled, empty claims of theirs removed. */
export async function surveyDay(lab: Lab, day: DayPath, proc: Runner): Promise<DaySurvey> {
  const survey: DaySurvey = {
    rows: [],
    settled: [],
    running: [],
    damaged: [],
    removed: [],
    links: new Map(),
    mined: [],
  };
  for (const place of Object.values(runPlaces)) await refuseLinks(lab.root, join(lab.root, day, place));
  for await (const { path, reading } of visitRunFolders(lab, day)) {
    if (reading === undefined) await surveyEmpty(lab, path, survey);
    else if ('faults' in reading) survey.damaged.push({ path, faults: reading.faults });
    else {
      const { manifest, newer } = reading;
      await surveyRun(lab, { path, manifest }, newer === undefined ? proc : undefined, survey);
    }
  }
  return survey;
}

/** Lists a run; without a process to settle it for, it is left as it is, as one that a later timelab has written. */
async function surveyRun(
  lab: Lab,
  found: PlacedRun,
  proc: Runner | undefined,
  survey: DaySurvey,
): Promise<void> {
  const faults = placeFaults(found.path, found.manifest);
  if (faults.length > 0) {
    survey.damaged.push({ path: found.path, faults });
    return;
  }
  const run = proc === undefined ? found : await settleFound(lab, found, proc, survey);
  survey.rows.push(ledgerRow(run.manifest, run.path));
  if (run.manifest.status === 'running') survey.running.push(run.path);
  if (survey.newest === undefined || rankOfRun(run) > rankOfRun(survey.newest)) survey.newest = run;
  if (run.manifest.file_list !== undefined) survey.mined.push(run);
  for (const link of claimedLinks(run))
    claim(survey, link.path, { target: link.target, rank: rankOfRun(run) });
}

function claim({ links }: DaySurvey, path: string, by: { target: string; rank: string }): void {
  const holder = links.get(path);
  if (holder === undefined || by.rank > holder.rank) links.set(path, by);
}

async function settleFound(lab: Lab, run: PlacedRun, proc: Runner, survey: DaySurvey): Promise<PlacedRun> {
  const { path, manifest } = run;
  if (manifest.status !== 'running' || manifest.runner === undefined || !isGone(manifest.runner, proc)) {
    return run;
  }
  const ended = await whereAllowed(lab, () => interruptRun(lab, path, manifest));
  if (ended === undefined) return run;
  survey.settled.push({ runId: manifest.run_id, path });
  return { path, manifest: ended };
}

/** A run's folder without a record: a run is just claiming it, or died doing so, or somebody took the record away. */
async function surveyEmpty(lab: Lab, path: string, survey: DaySurvey): Promise<void> {
  if (!isRunFolderName(path)) return;
  if ((await listMarkers(lab)).some((marker) => marker.path === path)) return;
  // Its mark goes when it is finished: then the record is there by now, and its row comes to the ledger late.
  if ((await readRun(join(lab.root, path))) !== undefined) return;
  await clearTemporaries(join(lab.root, path));
  // rmdir takes only empty folders, so nothing of worth can go.
  const removal = rmdir(join(lab.root, path)).then(() => true);
  const removed = await unless(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EACCES', 'EPERM', 'EROFS'], removal);
  if (removed === true) survey.removed.push(path);
  else survey.damaged.push({ path, faults: [{ pointer: '', reason: 'holds no run.json' }] });
}
