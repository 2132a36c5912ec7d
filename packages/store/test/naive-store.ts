import { mkdir, readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatManifest, formatRow, ledgerHeader, ledgerRow, type Manifest, sha256 } from '@timelab/core';
import { identifySelf, type Lab } from '../src/index.ts';
import { dayOfPath, runPath } from '../src/run-path.ts';
import { sampleDraft, sampleFiles } from './sample-run.ts';

/**
 * Publishes a run as one would without thinking of crashes: files are written in place, and the ledgers are
 * read, changed and written back. The harness has to find what is wrong with this.
 */
export async function publishNaively(lab: Lab, start: Date): Promise<string> {
  const { section, manifest } = sampleDraft(start);
  const path = runPath(section, manifest);
  const folder = join(lab.root, path);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'run.json'), formatManifest({ ...manifest, runner: identifySelf() }));
  const done = { ...manifest, status: 'ok' as const, timestamp_end: start.toISOString(), ...digested() };
  await writeFile(join(folder, 'run.json'), formatManifest(done));
  await writeSamples(folder);
  for (const ledger of [join(lab.root, dayOfPath(path), 'runs.csv'), join(lab.root, 'runs.csv')]) {
    await rewriteLedger(ledger, done, path);
  }
  await repoint(join(lab.root, 'latest'), dayOfPath(path));
  return path;
}

function digested(): { artifacts: string[]; digests: Record<string, string> } {
  const digests = Object.entries(sampleFiles).map(([path, text]) => [path, sha256(text)]);
  return { artifacts: Object.keys(sampleFiles).sort(), digests: Object.fromEntries(digests) };
}

async function writeSamples(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(sampleFiles)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function rewriteLedger(ledger: string, manifest: Manifest, path: string): Promise<void> {
  const before = await readFile(ledger, 'utf8').catch(() => `${ledgerHeader}\n`);
  await writeFile(ledger, `${before}${formatRow(ledgerRow(manifest, path))}\n`);
}

async function repoint(link: string, target: string): Promise<void> {
  await unlink(link).catch(() => undefined);
  await symlink(target, link);
}
