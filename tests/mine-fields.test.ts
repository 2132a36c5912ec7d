import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { git, type MinedWorld, minedWorld } from './mined-history.ts';
import { idsOf, mined, minedBySpec, miningSpec, outputOf, recordsOf, textOf } from './mining.ts';
import { put, timelab } from './rig.ts';
import { runsOf } from './runs.ts';
import { sha256 } from './snapshot.ts';

let world: MinedWorld;
let history: readonly Step[];

beforeAll(async () => {
  world = await minedWorld(120);
  history = await stepsOf('HEAD');
});
afterAll(async () => await world.remove());

/** A commit as git's own porcelain tells of it. */
interface Step {
  readonly id: string;
  /** Seconds since 1970, of the author. */
  readonly time: number;
  readonly author: string;
  readonly lines: readonly string[];
}

async function stepsOf(revision: string): Promise<Step[]> {
  const log = await git(world.repository, 'log', '--format=%H%x00%at%x00%an <%ae>%x00%B%x01', revision);
  return log
    .split('\x01')
    .filter((text) => text.trim() !== '')
    .map((text) => {
      const [id = '', time = '', author = '', body = ''] = text.trimStart().split('\0');
      return { id, time: Number(time), author, lines: body.split('\n') };
    });
}

const touching = async (path: string, revision = 'HEAD') =>
  (await git(world.repository, 'log', '--format=%H', revision, '--', `:(literal)${path}`)).split('\n');

/** The ids that a filter finds, by a run that stops after the extractor. */
async function found(filter: object, more: { limit?: number; commits?: string[] } = {}): Promise<string[]> {
  const { limit = 1000, commits = [] } = more;
  const spec = miningSpec('../engine', {
    inputs: { filter, commits },
    config: { limit, include_full_diff: false },
    output: { format: 'json' },
  });
  return await idsOf(await minedBySpec(world.lab, { ...spec, kind: 'extraction' }));
}

const idsWhere = (holds: (step: Step) => boolean, of = history) => of.filter(holds).map(({ id }) => id);

describe('a filter finds what git’s own log, read by hand, has', () => {
  const day = Date.parse('2023-11-16T00:00:00Z') / 1000;

  test.each<[name: string, filter: Record<string, string>, holds: (step: Step) => boolean]>([
    ['nothing left out', {}, () => true],
    ['since a day, by the author', { since: '2023-11-16' }, ({ time }) => time >= day],
    ['until a day’s end', { until: '2023-11-16' }, ({ time }) => time < day + 86_400],
    [
      'since an instant of another zone',
      { since: '2023-11-16T02:13:20+02:00' },
      ({ time }) => time >= day + 800,
    ],
    [
      'until an instant, itself included',
      { until: '2023-11-15T22:13:20Z' },
      ({ time }) => time <= 1_700_086_400,
    ],
    ['an author’s name', { author: 'Bob (R&D)' }, ({ author }) => author.includes('Bob (R&D)')],
    ['brackets are no pattern', { author: '[x]' }, ({ author }) => author.includes('[x]')],
    ['nor are points', { author: 'a.d.a@' }, ({ author }) => author.includes('a.d.a@')],
    ['an address', { author: 'ada@example.org' }, ({ author }) => author.includes('ada@example.org')],
    ['nobody', { author: '^Ada' }, () => false],
    [
      'a pattern of messages',
      { message_pattern: '^(feat|fix)(\\(.+\\))?:' },
      ({ lines }) => lines.some((line) => /^(feat|fix)(\(.+\))?:/.test(line)),
    ],
    [
      'a pattern of a line further down',
      { message_pattern: '#[37];' },
      ({ lines }) => lines.some((line) => /#[37];/.test(line)),
    ],
    ['a pattern like an option', { message_pattern: '--all' }, () => false],
  ])('%s', async (_name, filter, holds) => {
    expect(await found(filter)).toEqual(idsWhere(holds));
  });

  test.each([
    'src/core',
    'src/core/file3.c',
    'src/core2/[odd] *1.txt',
    'side/',
    'docs',
    'no/such',
    ':(top)',
    '--all',
  ])('a path: %s', async (path) => {
    const ids = (await touching(path.replace(/\/$/, ''))).filter(Boolean);
    expect(await found({ path })).toEqual(ids);
  });

  test.each(['release', 'v1.0', 'main~5', 'refs/heads/release'])('a beginning: %s', async (branch) => {
    expect(await found({ branch })).toEqual((await stepsOf(branch)).map(({ id }) => id));
  });

  test('all of them together, and the limit counts what they leave', async () => {
    const filter = {
      since: '2023-11-15',
      until: '2023-11-17',
      author: '@example.org',
      branch: 'release',
      path: 'src',
      message_pattern: 'step [0-9]*[02468]$',
    };
    const [from, to] = [Date.parse('2023-11-15') / 1000, Date.parse('2023-11-18') / 1000];
    const inPath = new Set(await touching('src', 'release'));
    const ids = idsWhere(
      ({ id, time, author, lines }) =>
        time >= from &&
        time < to &&
        author.includes('@example.org') &&
        lines.some((line) => /step [0-9]*[02468]$/.test(line)) &&
        inPath.has(id),
      await stepsOf('release'),
    );
    expect(ids.length).toBeGreaterThan(5);
    expect(await found(filter)).toEqual(ids);
    expect(await found(filter, { limit: 3 })).toEqual(ids.slice(0, 3));
  });

  test('the limit alone', async () => {
    expect(await found({}, { limit: 7 })).toEqual(history.slice(0, 7).map(({ id }) => id));
  });
});

describe('commits that are listed', () => {
  test('are mined in the order of the list, each once, by full and short ids, whatever the limit', async () => {
    const [a = '', b = '', c = ''] = [history[30]?.id, history[2]?.id, history[90]?.id];
    const commits = [a.slice(0, 7), b, c.slice(0, 12), a, b.slice(0, 20)];
    const spec = miningSpec('../engine', { inputs: { commits }, config: { limit: 1 } });
    const run = await minedBySpec(world.lab, spec);
    expect(await idsOf(run)).toEqual([a, b, c]);
    expect(run.manifest.history).not.toHaveProperty('head');
  });

  test('and cannot be had end the command before a run is claimed, and are named', async () => {
    const before = (await runsOf(world.lab)).length;
    const tree = await git(world.repository, 'rev-parse', 'HEAD^{tree}');
    const commits = [history[0]?.id, 'f'.repeat(40), tree];
    await put(world.lab, 'spec.json', miningSpec('../engine', { inputs: { commits } }));
    const ran = await timelab(['mine', '--spec', 'spec.json'], { cwd: world.lab });
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toContain('2 of 3 commits');
    expect(ran.stderr).toContain(`/inputs/commits/1 "${'f'.repeat(40)}" is no commit`);
    expect(ran.stderr).toContain(`/inputs/commits/2 "${tree}" is a tree, no commit`);
    expect(await runsOf(world.lab)).toHaveLength(before);
  });
});

test('flags give the records of the spec that they stand for', async () => {
  const filter = {
    since: '2023-11-15',
    until: '2023-11-18',
    author: 'example',
    branch: 'v1.0',
    path: 'src',
    message_pattern: 'step',
  };
  const spec = miningSpec('../engine', {
    inputs: { filter },
    config: { limit: 9 },
    output: { format: 'csv' },
  });
  const bySpec = await minedBySpec(world.lab, spec, ['--again']);
  const words = ['--since', '2023-11-15', '--until', '2023-11-18', '--author', 'example', '--branch', 'v1.0'];
  const byFlags = await mined(world.lab, [
    ...['mine', '--repo', '../engine', '--limit', '9', ...words, '--path', 'src', '--grep', 'step'],
    ...['--format', 'csv', '--again'],
  ]);
  expect(await idsOf(byFlags)).toHaveLength(9);
  expect(byFlags.folder).not.toBe(bySpec.folder);
  expect(byFlags.manifest.history).toEqual(bySpec.manifest.history);
  expect(byFlags.manifest.inputs_key).toBe(bySpec.manifest.inputs_key);
  expect(await outputOf(byFlags)).toEqual(await outputOf(bySpec));
});

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
