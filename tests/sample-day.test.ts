import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerRow, type Manifest, parseLedger, readManifest } from '../packages/core/src/index.ts';
import { needWeights } from './embedded-model.ts';
import { program, repository, temporaryFolder, timelab } from './rig.ts';
import { sha256 } from './snapshot.ts';

const day = '2025/10/15';
const place = `${day}/ai-team/artifacts`;

/** The one run that the sample day holds: its folder, relative to the lab, and its record. */
async function sampleRun(lab: string): Promise<{ path: string; manifest: Manifest }> {
  const [folder, ...others] = await readdir(join(lab, place));
  expect(others).toEqual([]);
  const path = `${place}/${folder}`;
  const reading = readManifest(await readFile(join(lab, path, 'run.json')));
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  return { path, manifest: reading.manifest };
}

async function bytesOf(lab: string, path: string, manifest: Manifest): Promise<Record<string, string>> {
  const read = manifest.artifacts.map(async (file) => [
    file,
    (await readFile(join(lab, path, file))).toString('hex'),
  ]);
  return Object.fromEntries(await Promise.all(read));
}

/** What a record says that another machine may say otherwise: how long it took, with which tools, what a probe showed there. */
function comparable({ metrics: _, env: __, inputs_key: ___, determinism: ____, ...rest }: Manifest): object {
  return rest;
}

test('the sample run is what its record says: id, digests, files, index', async () => {
  const { path, manifest } = await sampleRun(repository);
  const { inputs_hash } = manifest.task;
  const parts = [inputs_hash, manifest.git_sha, manifest.flake_lock_sha256, manifest.timestamp_start];
  expect(manifest.run_id).toBe(sha256(parts.join('')));
  expect(inputs_hash).toBe(sha256(await readFile(join(repository, manifest.task.spec_path))));
  expect(manifest).toMatchObject({ status: 'ok', clock: 'set', timestamp_start: '2025-10-15T10:23:00.000Z' });
  const found = await readdir(join(repository, path), { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const artifacts = files
    .map((file) => file.slice(join(repository, path).length + 1))
    .filter((file) => file !== 'run.json');
  expect(artifacts.sort()).toEqual(manifest.artifacts);
  for (const file of manifest.artifacts) {
    expect(sha256(await readFile(join(repository, path, file))), file).toBe(manifest.digests[file]);
  }
  const rows = parseLedger(await readFile(join(repository, day, 'runs.csv'), 'utf8'));
  expect(rows).toEqual([ledgerRow(manifest, path)]);
  expect(await readFile(join(repository, day, 'run.json'), 'utf8')).toBe(
    await readFile(join(repository, path, 'run.json'), 'utf8'),
  );
});

test('every spec of the sample day is good', async () => {
  const specs = await readdir(join(repository, day, 'ai-team/specs'));
  expect(specs.length).toBeGreaterThanOrEqual(3);
  const paths = specs.map((name) => join(repository, day, 'ai-team/specs', name));
  expect(await timelab(['check', ...paths], { cwd: repository })).toMatchObject({ code: 0 });
});

test('the sample run can be made again, byte for byte', async (context) => {
  await needWeights(context);
  const { path, manifest } = await sampleRun(repository);
  const lab = join(await temporaryFolder(), 'lab');
  await program('git', ['clone', '--quiet', repository, lab], { cwd: repository });
  const there = await program('git', ['checkout', '--quiet', '-B', 'main', manifest.git_sha], { cwd: lab });
  if (there.code !== 0)
    return context.skip(`this clone lacks the commit of the sample run: git fetch --unshallow brings it`);
  const ran = await timelab(['ai', '--spec', manifest.task.spec_path], {
    cwd: lab,
    env: { TIMELAB_NOW: manifest.timestamp_start },
  });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const again = await sampleRun(lab);
  const variant = again.manifest.model?.engine?.cpu;
  if (variant !== manifest.model?.engine?.cpu)
    return context.skip(`this processor runs the variant ${variant}, whose words differ`);
  expect(again.path).toBe(path);
  // The sample is a record of before recordings were named.
  if (manifest.model?.recordings === undefined) delete again.manifest.model?.recordings;
  expect(comparable(again.manifest)).toEqual(comparable(manifest));
  expect(await bytesOf(lab, path, again.manifest)).toEqual(await bytesOf(repository, path, manifest));
});
