import { type DayPath, formatLedger, type LedgerRow, type Runner } from '@timelab/core';
import { pointCommitLinks } from './commit-links.ts';
import { listDays } from './days.ts';
import { clearDebris, findDayDebris, findLabDebris } from './debris.ts';
import { newerRuns, pointDayLink, pointDayLinks, pointLatest } from './derived-links.ts';
import { explained } from './disk-problem.ts';
import type { Lab } from './lab.ts';
import { ledgerOf, markLedger, replaceLedger } from './ledger-file.ts';
import { sealLedger } from './ledger-seal.ts';
import { findRecordingDebris } from './recordings.ts';
import { type Settled, settle } from './settle.ts';
import { type DamagedRun, type DaySurvey, surveyDay } from './survey-day.ts';
import { workAhead } from './work-ahead.ts';

/** While the ledger of one day is made safe, which the disk takes its time for, others are read. */
const DAYS_AT_ONCE = 4;

/** What a sync found and did; all paths are relative to the lab. */
export interface SyncReport {
  readonly days: number;
  /** How many runs the lab's ledger lists. */
  readonly runs: number;
  /** The runs whose processes had died, and that are cancelled now. */
  readonly settled: readonly Settled[];
  /** The runs that are still at work, here or on another host. */
  readonly running: readonly string[];
  /** The runs that are not listed, because their manifests are bad, missing or in the wrong place. */
  readonly damaged: readonly DamagedRun[];
  /** The ledgers that were not as the manifests have it. */
  readonly rewritten: readonly string[];
  /** What dead processes had left: unfinished files, empty run folders, links that led nowhere. */
  readonly removed: readonly string[];
}

/**
 * Makes all that is derived anew from the manifests: the ledgers of the lab and of its days, `latest`, the links
 * of the days; settles runs whose processes have died, and clears away what dead processes left. Runs may end
 * meanwhile; killed at any time it leaves each file as it was or as it will be. Throws Problems of the disk.
 */
export async function sync(lab: Lab, proc: Runner): Promise<SyncReport> {
  return explained(lab, async () => {
    const settled = await settle(lab, proc);
    const mark = await markLedger(ledgerOf(lab));
    const days: SyncedDay[] = [];
    const synced = workAhead(listDays(lab), DAYS_AT_ONCE, (day) => syncDay(lab, day, proc));
    for await (const day of synced) days.push(day);
    const rows = days.flatMap((day) => day.rows);
    const changed = await replaceLedger(ledgerOf(lab), rows, mark);
    await sealLedger(lab, Buffer.from(formatLedger(rows)));
    await pointLatest(lab);
    const removed = await clearDebris(lab, [
      ...(await findLabDebris(lab)),
      ...(await findRecordingDebris(lab)),
    ]);
    return {
      days: days.length,
      runs: rows.length,
      settled: [...settled, ...days.flatMap((day) => day.settled)],
      running: days.flatMap((day) => day.running),
      damaged: days.flatMap((day) => day.damaged),
      rewritten: [...days.flatMap((day) => day.rewritten), ...(changed ? ['runs.csv'] : [])],
      removed: [...days.flatMap((day) => day.removed), ...removed],
    };
  });
}

/** What a day came to, without its manifests: those of all days together would not fit in memory. */
interface SyncedDay {
  readonly rows: readonly LedgerRow[];
  readonly settled: readonly Settled[];
  readonly running: readonly string[];
  readonly damaged: readonly DamagedRun[];
  readonly rewritten: readonly string[];
  readonly removed: readonly string[];
}

async function syncDay(lab: Lab, day: DayPath, proc: Runner): Promise<SyncedDay> {
  const mark = await markLedger(ledgerOf(lab, day));
  const survey = await surveyDay(lab, day, proc);
  // A day without runs has no ledger, as `day` leaves it; one that is there is made right.
  const hasLedger = survey.rows.length > 0 || mark !== undefined;
  const changed = hasLedger && (await replaceLedger(ledgerOf(lab, day), survey.rows, mark));
  await pointLinks(lab, day, survey);
  const { rows, settled, running, damaged } = survey;
  const removed = [
    ...survey.removed,
    ...(await clearDebris(lab, await findDayDebris(lab, day, survey.links))),
  ];
  return { rows, settled, running, damaged, rewritten: changed ? [`${day}/runs.csv`] : [], removed };
}

async function pointLinks(lab: Lab, day: DayPath, { links, mined, newest }: DaySurvey): Promise<void> {
  for (const [path, { target }] of links) await pointDayLink(lab, day, { path, target });
  for (const run of mined) await pointCommitLinks(lab, run);
  // A run that ended since the survey may have pointed a link at itself, and lost it here.
  for (const run of newest === undefined ? [] : await newerRuns(lab, newest)) {
    await pointDayLinks(lab, run);
    await pointCommitLinks(lab, run);
  }
}
