import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Commit, Manifest } from '../../packages/core/src/index.ts';
import { faultsBySchema } from '../published-schema.ts';
import { program, repository } from '../rig.ts';
import { onlyRun } from '../runs.ts';
import { sha256 } from '../snapshot.ts';
import { type Ground, runIn } from './ground.ts';
import { countsOf, Truth } from './truth.ts';

/** What a mining run left, after all that must hold of any of them was seen to hold. */
export interface Mined {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly records: readonly Commit[];
  /** The bytes of commits.jsonl. */
  readonly stream: Buffer;
  /** A file of a commit's folder. */
  file(id: string, name: string): Buffer;
}

const extractor = join(repository, 'tools/rust_extractor/target/release/rust_extractor');

/** Mines ../mined, of which `gitDir` has the objects, in a lab that has no run yet. */
export async function mine(
  ground: Ground,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  gitDir = join(ground.root, 'mined'),
): Promise<Mined> {
  const { code, stderr } = await runIn(ground, ['mine', '--repo', '../mined', ...args], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return await wholeRun(ground, gitDir);
}

/** Reads the only run of a lab, and checks it against git, the published schema, its own sums, and other shards. */
async function wholeRun(ground: Ground, gitDir: string): Promise<Mined> {
  const { folder, manifest } = await onlyRun(ground.lab);
  expect(manifest.status).toBe('ok');
  const stream = readFileSync(join(folder, 'output/commits.jsonl'));
  const records: Commit[] = stream
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const mined: Mined = {
    ...{ folder, manifest, records, stream },
    file: (id, name) => readFileSync(join(folder, 'output', `commit_${id.slice(0, 12)}`, name)),
  };
  for (const record of records) expect(faultsBySchema('commit', record)).toEqual([]);
  checkAgainstGit(ground, mined, gitDir);
  await checkSums(mined);
  await checkShards(mined, gitDir);
  checkPlaces(ground, mined);
  return mined;
}

function checkAgainstGit({ root }: Ground, { records, manifest, file }: Mined, gitDir: string): void {
  const shallow = join(gitDir, 'shallow');
  const boundary = existsSync(shallow) ? readFileSync(shallow, 'utf8') : '';
  const { object_format: format = 'sha1' } = manifest.history ?? {};
  const truth = new Truth(join(root, 'truth'), join(gitDir, 'objects'), format, boundary);
  for (const record of records.filter(({ skipped }) => skipped !== 'shallow boundary')) {
    const patch = truth.patch(record.id);
    if (record.skipped !== 'files') expectSame(countsOf(record), truth.counts(record.id));
    expect(file(record.id, 'full_diff.txt').equals(patch), record.id).toBe(true);
    expect(record.patch).toEqual({ bytes: patch.length, sha256: sha256(patch) });
    expectSame(JSON.parse(file(record.id, 'commit.json').toString('utf8')), record);
  }
}

/** As `toEqual`, which takes long to find that 100,000 files are equal. */
function expectSame(seen: object, wanted: object): void {
  if (JSON.stringify(seen) !== JSON.stringify(wanted)) expect(seen).toEqual(wanted);
}

async function checkSums({ folder, manifest, stream }: Mined): Promise<void> {
  const output = join(folder, 'output');
  const { code, stdout } = await program('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: output });
  expect({ code, failed: stdout.match(/^.*FAILED$/m) }).toEqual({ code: 0, failed: null });
  expect(manifest.history?.stream_sha256).toBe(sha256(stream));
  for (const [path, digest] of Object.entries(manifest.digests))
    expect(sha256(readFileSync(join(folder, path))), path).toBe(digest);
}

/** One shard and several give the bytes of the run, by the extractor itself on the run's own list of ids. */
async function checkShards({ folder, stream }: Mined, gitDir: string): Promise<void> {
  for (const shards of ['1', '3']) {
    const ids = join(folder, 'input/commits.txt');
    const args = ['history', '--repo', gitDir, '--ids', ids, '--rename-limit', '1000', '--shards', shards];
    const { code, stdout } = await program(extractor, args, { cwd: folder });
    expect({ code, sha256: sha256(stdout) }).toEqual({ code: 0, sha256: sha256(stream) });
  }
}

const forWhole = ['SHA256SUMS', 'commits.jsonl', 'graph.json', 'patterns.json', 'summary.md'];
const forOne = [
  'analysis_summary.md',
  'commit.json',
  'commit_message.txt',
  'diff_stats.txt',
  'full_diff.txt',
];

/** No name of a file or folder comes from the history but by an id, and nothing ran or can act on a terminal. */
function checkPlaces({ root }: Ground, { folder, records }: Mined): void {
  const folders = records.map(({ id }) => `commit_${id.slice(0, 12)}`);
  expect(readdirSync(join(folder, 'output')).sort()).toEqual([...forWhole, ...folders].sort());
  const inFolders = new Set(
    folders.map((name) =>
      readdirSync(join(folder, 'output', name))
        .sort()
        .join(),
    ),
  );
  expect([...inFolders]).toEqual(records.length === 0 ? [] : [forOne.join()]);
  expect(readdirSync(root).filter((name) => name.startsWith('ran-'))).toEqual([]);
  const shown = ['summary.md', ...folders.flatMap((name) => forShow.map((file) => `${name}/${file}`))];
  for (const name of shown) {
    const text = readFileSync(join(folder, 'output', name), 'utf8');
    expect(
      text.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/),
      name,
    ).toBeNull();
  }
}

const forShow = ['analysis_summary.md', 'commit_message.txt', 'diff_stats.txt'];
