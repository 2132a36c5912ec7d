import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordFault } from '../../packages/core/src/index.ts';
import {
  examineLab,
  identifySelf,
  type Lab,
  listAllRuns,
  openDerived,
  settle,
  sync,
  verifyRun,
} from '../../packages/store/src/index.ts';

const self = identifySelf();
const pause = () => undefined;

/** Derived things that are not looked at: a crash may leave them behind the records, and the next command brings them up. */
const unseen = { faultsOf: async () => [], faultsOfLab: async () => [] };

/**
 * All that is wrong with a lab after a fault, before any command has looked at it: records that are torn, runs that ended and
 * are not as they were recorded, acknowledged runs that are lost or not listed.
 */
export async function wrongAtOnce(lab: Lab, acknowledged: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  const derived = openDerived(lab);
  const ok = new Set<string>();
  for await (const run of listAllRuns(lab)) {
    const isAcknowledged = acknowledged.includes(run.path);
    // A claim that holds nothing yet is no record that is torn.
    if ('faults' in run.reading && !isAcknowledged && isEmpty(join(lab.root, run.path))) continue;
    const means = { lab, self, pause, derived: isAcknowledged ? derived : unseen };
    const { faults } = await verifyRun(means, { ...run, folder: join(lab.root, run.path) });
    wrong.push(
      ...faults.filter(({ kind }) => kind !== 'unsettled').map((one) => `${run.path}: ${inWords(one)}`),
    );
    if ('manifest' in run.reading && run.reading.manifest.status !== 'running') ok.add(run.path);
  }
  return [...wrong, ...acknowledged.filter((path) => !ok.has(path)).map((path) => `${path} is lost`)];
}

/** All that is wrong after the next command has settled the lab, and after a sync; both are done here. */
export async function wrongAfterNext(lab: Lab, acknowledged: readonly string[]): Promise<string[]> {
  await settle(lab, self);
  const running: string[] = [];
  for await (const { path, reading } of listAllRuns(lab))
    if ('manifest' in reading && reading.manifest.status === 'running') running.push(`${path} is running`);
  await sync(lab, self);
  const again = await sync(lab, self);
  const seen = await examineLab({ lab, self, now: new Date(), pause });
  return [
    ...running,
    ...again.rewritten.map((path) => `${path} is rewritten once more`),
    ...again.removed.map((path) => `${path} is removed by the second sync`),
    ...seen.damaged.map(({ path, reason }) => `${path} ${reason}`),
    ...seen.derived.map(inWords),
    ...seen.dead.map((path) => `${path} is not settled`),
    ...seen.leftovers.map((path) => `${path} is left`),
    ...seen.recordings.map(({ path, reason }) => `${path} ${reason}`),
    ...temporariesIn(lab.root).map((path) => `${path} is left`),
    ...(await wrongAtOnce(lab, acknowledged)),
  ];
}

const inWords = ({ kind, place, detail }: RecordFault) => `${kind} ${place}: ${detail}`;

function isEmpty(folder: string): boolean {
  return readdirSync(folder).every((name) => name.endsWith('.tmp'));
}

/** Every unfinished file below a folder; but for what an interrupted `mine` goes on with. */
function temporariesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !['.git', 'work'].includes(entry.name)) return temporariesIn(path);
    return /^\.timelab-.*\.tmp$/.test(entry.name) ? [path] : [];
  });
}
