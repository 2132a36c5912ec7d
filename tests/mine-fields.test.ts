import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { git, type MinedWorld, minedWorld } from './mined-history.ts';
import { idsOf, mined, minedBySpec, miningSpec, outputOf } from './mining.ts';
import { put, timelab } from './rig.ts';
import { runsOf } from './runs.ts';

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
