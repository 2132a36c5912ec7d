import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatLedger, ledgerHeader, type Manifest, parseLedger, sha256 } from '@timelab/core';
import { identifySelf, type Lab, settle, sync } from '../src/index.ts';
import { listRuns } from '../src/list-runs.ts';
import { sampleFiles } from './sample-run.ts';

/** All that is wrong with a lab after a crash, before any command has looked at it; nothing, if the store is good. */
export async function inspectCrashed(lab: Lab, acknowledged: readonly string[]): Promise<string[]> {
  return [
    ...(await tornManifests(lab)),
    ...acknowledged.flatMap((path) => lost(lab, path)),
    ...ledgersOf(lab).flatMap((ledger) => tornLines(lab, ledger)),
    ...tornFiles(lab),
  ];
}

/** All that is wrong after the next command, and after a sync: each is done here. */
export async function inspectRecovered(lab: Lab, acknowledged: readonly string[]): Promise<string[]> {
  await settle(lab, identifySelf());
  const afterSettle = [...(await unsettled(lab)), ...acknowledged.flatMap((path) => lost(lab, path))];
  const report = await sync(lab, identifySelf());
  const again = await sync(lab, identifySelf());
  const noise = [
    ...report.damaged,
    ...report.running,
    ...report.settled,
    ...again.rewritten,
    ...again.removed,
  ];
  return [
    ...afterSettle,
    ...noise.map((item) => `sync is not done with ${JSON.stringify(item)}`),
    ...(await derivedFaults(lab)),
    ...filesBelow(lab, '').filter((path) => /\.tmp$/.test(path) && !/_sample_/.test(path)),
  ];
}

/** How many runs the lab lists as interrupted. */
export function countInterrupted(lab: Lab): number {
  return rowsOf(lab, 'runs.csv').filter((row) => row.error_kind === 'interrupted').length;
}

/** Whether every digest of a manifest is that of the file as it stands. */
export function rehashes(folder: string, manifest: Manifest): boolean {
  const whole = ([path, digest]: [string, string]) =>
    existsSync(join(folder, path)) && sha256(readFileSync(join(folder, path))) === digest;
  return Object.entries(manifest.digests).every(whole);
}

async function tornManifests(lab: Lab): Promise<string[]> {
  const torn: string[] = [];
  for await (const { path, reading } of listRuns(lab)) {
    if ('faults' in reading) torn.push(`${path} is torn`);
    else if (!rehashes(join(lab.root, path), reading.manifest)) torn.push(`${path} does not re-hash`);
  }
  return torn;
}

function lost(lab: Lab, path: string): string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(lab.root, path, 'run.json'), 'utf8')) as Manifest;
    if (manifest.status !== 'ok' || !rehashes(join(lab.root, path), manifest))
      return [`${path} is not whole`];
  } catch (error) {
    return [`${path} is lost: ${error}`];
  }
  const missing = [`${path.slice(0, 10)}/runs.csv`, 'runs.csv'].filter(
    (ledger) => !isListed(lab, ledger, path),
  );
  return missing.map((ledger) => `${path} is not in ${ledger}`);
}

function isListed(lab: Lab, ledger: string, path: string): boolean {
  return ledgersOf(lab).includes(ledger) && rowsOf(lab, ledger).some((row) => row.path === path);
}

function rowsOf(lab: Lab, ledger: string) {
  return parseLedger(readFileSync(join(lab.root, ledger), 'utf8'));
}

function ledgersOf(lab: Lab): string[] {
  return filesBelow(lab, '').filter((path) => basename(path) === 'runs.csv');
}

function tornLines(lab: Lab, ledger: string): string[] {
  const [header, ...lines] = readFileSync(join(lab.root, ledger), 'utf8').split('\n');
  const torn = lines.filter((line) => line !== '' && parseLedger(line).length === 0);
  return [...(header === ledgerHeader ? [] : ['no header']), ...torn].map((fault) => `${ledger}: ${fault}`);
}

/** Files that bear a sample's name but not the whole of its text. */
function tornFiles(lab: Lab): string[] {
  return filesBelow(lab, '').filter((path) => {
    const sample = Object.entries(sampleFiles).find(([name]) => path.endsWith(`/${name}`));
    return sample !== undefined && readFileSync(join(lab.root, path), 'utf8') !== sample[1];
  });
}

/** Runs that the next command should have ended, or ended wrongly. */
async function unsettled(lab: Lab): Promise<string[]> {
  const faults: string[] = [];
  for await (const { path, reading } of listRuns(lab)) {
    const manifest = 'manifest' in reading ? reading.manifest : undefined;
    const interrupted = manifest?.status === 'cancelled' && manifest.error?.kind === 'interrupted';
    const ended = manifest?.status === 'ok' || manifest?.status === 'error' || interrupted;
    if (!ended) faults.push(`${path} is ${manifest?.status ?? 'damaged'}`);
    else if (!rehashes(join(lab.root, path), manifest as Manifest)) faults.push(`${path} does not re-hash`);
    else if (!isListed(lab, 'runs.csv', path)) faults.push(`${path} is not listed`);
  }
  return [...faults, ...recordless(lab), ...marked(lab)];
}

function marked(lab: Lab): string[] {
  const markers = join(lab.root, '.timelab', 'running');
  return existsSync(markers) ? readdirSync(markers) : [];
}

function recordless(lab: Lab): string[] {
  const folders = filesBelow(lab, '').filter((path) => /\d{6}Z_[^/]+$/.test(path));
  return folders.filter((path) => !readdirSync(join(lab.root, path)).includes('run.json'));
}

async function derivedFaults(lab: Lab): Promise<string[]> {
  const rows = rowsOf(lab, 'runs.csv');
  let runs = 0;
  for await (const _ of listRuns(lab)) runs += 1;
  const faults = formatLedger(rows) === readFileSync(join(lab.root, 'runs.csv'), 'utf8') ? [] : ['unsorted'];
  if (rows.length !== runs) faults.push(`${rows.length} rows for ${runs} runs`);
  if (runs > 0 && !statSync(join(lab.root, 'latest', 'run.json')).isFile()) faults.push('no latest');
  return faults;
}

/** All files and folders below a folder of the lab, relative to the lab; links are not followed. */
function filesBelow(lab: Lab, folder: string): string[] {
  return readdirSync(join(lab.root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (path === '.timelab' || entry.isSymbolicLink()) return [];
    return entry.isDirectory() ? [path, ...filesBelow(lab, path)] : [path];
  });
}
