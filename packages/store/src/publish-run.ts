import { ledgerRow } from '@timelab/core';
import { pointCommitLinks } from './commit-links.ts';
import { newerRuns, type PlacedRun, pointDayLinks, pointLatest } from './derived-links.ts';
import type { Lab } from './lab.ts';
import { appendRow, ledgerOf } from './ledger-file.ts';
import { dayOfPath } from './run-path.ts';

/**
 * Lists a finished run in the ledgers of its day and of the lab, and moves the links that lead to it. `list` puts
 * a row into a ledger: a run whose process died while it was at this is listed only where it is not yet.
 */
export async function publishRun(lab: Lab, run: PlacedRun, list = appendRow): Promise<void> {
  const row = ledgerRow(run.manifest, run.path);
  const ledgers = [ledgerOf(lab, dayOfPath(run.path)), ledgerOf(lab)];
  await Promise.all(ledgers.map((ledger) => list(ledger, row)));
  await pointDayLinks(lab, run);
  if (await pointCommitLinks(lab, run)) {
    // A newer run of the same commits may have lost links here that it had looked at before.
    for (const newer of await newerRuns(lab, run)) await pointCommitLinks(lab, newer);
  }
  await pointLatest(lab);
}
