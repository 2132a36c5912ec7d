import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { git, type MinedWorld, minedWorld } from './mined-history.ts';
import { idsOf, mined, minedBySpec, miningSpec, outputOf, recordsOf, textOf } from './mining.ts';
import { sha256 } from './snapshot.ts';

let world: MinedWorld;

beforeAll(async () => {
  world = await minedWorld(120);
});
afterAll(async () => await world.remove());

describe('a spec says which files come out', () => {
  const whole = ['commits.jsonl', 'graph.json', 'patterns.json', 'summary.md'];
  const all = ['analysis_summary.md', 'commit.json', 'commit_message.txt', 'diff_stats.txt', 'full_diff.txt'];
  const without = (...names: string[]) => all.filter((name) => !names.includes(name));
  const analyze = (more: object) => ({ config: { analyze: more } });

  test.each<[name: string, spec: object, files: string[], each: string[]]>([
    ['all, if nothing is said', {}, whole, all],
    ['no statistics', { config: { include_stats: false } }, whole, without('diff_stats.txt')],
    ['no diff', { config: { include_full_diff: false } }, whole, without('full_diff.txt')],
    [
      'no summaries',
      analyze({ generate_summary: false }),
      ['commits.jsonl', 'graph.json', 'patterns.json'],
      without('analysis_summary.md'),
    ],
    ['no patterns', analyze({ extract_patterns: false }), ['commits.jsonl', 'summary.md'], all],
    [
      'neither',
      analyze({ generate_summary: false, extract_patterns: false }),
      ['commits.jsonl'],
      without('analysis_summary.md'),
    ],
    [
      'a file of each commit',
      { output: { per_commit_files: ['full_diff.txt', 'full_diff.txt'] } },
      whole,
      ['full_diff.txt'],
    ],
    [
      'a page of each commit',
      { output: { per_commit_files: ['analysis_summary.md'] } },
      whole,
      ['analysis_summary.md'],
    ],
    ['no file of each commit', { output: { per_commit_files: [] } }, whole, []],
    ['the extractor’s alone', { kind: 'extraction' }, ['commits.jsonl'], without('analysis_summary.md')],
    ['packed', { output: { format: 'json' } }, [...whole, 'patches.diff'], []],
    ['packed, no diff', { output: { format: 'json' }, config: { include_full_diff: false } }, whole, []],
    [
      'packed, as tables',
      { output: { format: 'csv' } },
      [...whole, 'patches.diff', 'commits.csv', 'files.csv'],
      [],
    ],
  ])('%s', async (_name, more, files, each) => {
    const config = { limit: 4, ...('config' in more ? (more.config as object) : {}) };
    const run = await minedBySpec(world.lab, miningSpec('../engine', { ...more, config }), ['--again']);
    const output = Object.keys(await outputOf(run));
    const folders = (await idsOf(run)).map((id) => `commit_${id.slice(0, 12)}`);
    const list = each.length === 0 ? [] : ['SHA256SUMS'];
    const ofCommits = folders.flatMap((folder) => each.map((name) => `${folder}/${name}`));
    expect(output.sort()).toEqual([...list, ...files, ...ofCommits].sort());
    expect(run.manifest.artifacts.filter((path) => path.startsWith('output/'))).toEqual(
      [...list, ...files].map((path) => `output/${path}`).sort(),
    );
  });

  test('packed patches, split by the records’ own lengths, are the files of the folders', async () => {
    const call = ['mine', '--repo', '../engine', '--limit', '1000'];
    const [folders, packed] = [
      await mined(world.lab, call),
      await mined(world.lab, [...call, '--format', 'json']),
    ];
    expect(packed.manifest.history?.stream_sha256).toBe(folders.manifest.history?.stream_sha256);
    const patches = await readFile(join(packed.folder, 'output/patches.diff'));
    let at = 0;
    for (const { id, patch } of await recordsOf(packed)) {
      const part = patches.subarray(at, at + patch.bytes);
      at += patch.bytes;
      expect(sha256(part)).toBe(patch.sha256);
      const file = join(folders.folder, `output/commit_${id.slice(0, 12)}/full_diff.txt`);
      expect(part.equals(await readFile(file))).toBe(true);
    }
    expect(at).toBe(patches.length);
    expect(at).toBeGreaterThan(10_000);
  });

  test('tables have a row for every commit, and for every file of one', async () => {
    const run = await mined(world.lab, ['mine', '--repo', '../engine', '--format', 'csv']);
    const records = await recordsOf(run);
    const rows = async (path: string) => (await textOf(run, path)).trimEnd().split('\n').length - 1;
    expect(await rows('output/commits.csv')).toBe(records.length);
    expect(await rows('output/files.csv')).toBe(records.flatMap(({ files }) => files).length);
  });
});

describe('what the files of a commit hold', () => {
  test('is what git says of it', async () => {
    const run = await mined(world.lab, ['mine', '--repo', '../engine', '--limit', '25', '--again']);
    const records = await recordsOf(run);
    expect(records).toHaveLength(25);
    for (const record of records) {
      const folder = `output/commit_${record.id.slice(0, 12)}`;
      expect(JSON.parse(await textOf(run, `${folder}/commit.json`))).toEqual(record);
      const show = async (...words: string[]) =>
        await git(
          world.repository,
          'show',
          '--diff-merges=first-parent',
          '-M',
          '--full-index',
          ...words,
          record.id,
        );
      expect(await textOf(run, `${folder}/commit_message.txt`)).toBe(`${await show('-s', '--format=%B')}`);
      const diff = await show('--format=', '-p');
      expect((await textOf(run, `${folder}/full_diff.txt`)).trimEnd()).toBe(diff.trimEnd());
      const page = await textOf(run, `${folder}/analysis_summary.md`);
      expect(page).toContain(record.id.slice(0, 12));
    }
  });
});
