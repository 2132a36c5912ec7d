import { join } from 'node:path';
import { rankOf } from '@timelab/core';
import type { PlacedRun } from './derived-links.ts';
import type { Lab } from './lab.ts';
import { readLedger } from './ledger-file.ts';
import { readRun } from './read-run.ts';
import { isRunPath } from './run-path.ts';

/** The newest run of a lab that did the same work (see `inputs_key`) and did it well, by the ledger; undefined if there is none. */
export async function findEqualRun(lab: Lab, key: string): Promise<PlacedRun | undefined> {
  const rows = (await readLedger(lab)).filter((row) => row.inputs_key === key && row.status === 'ok');
  const newestFirst = rows.sort((a, b) => (rankOf(a) < rankOf(b) ? 1 : -1));
  for (const { path } of newestFirst) {
    if (!isRunPath(path)) continue;
    const reading = await readRun(join(lab.root, path));
    // The ledger may be behind the manifests, which are what counts.
    if (reading === undefined || 'faults' in reading) continue;
    const { manifest } = reading;
    if (manifest.inputs_key === key && manifest.status === 'ok') return { path, manifest };
  }
  return undefined;
}
