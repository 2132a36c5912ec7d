import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { git, type MinedWorld, minedWorld } from './mined-history.ts';
import { idsOf, mined, miningSpec, outputOf, recordsOf, textOf } from './mining.ts';
import { faultsBySchema } from './published-schema.ts';
import { program, put, timelab } from './rig.ts';
import { runsOf } from './runs.ts';

let world: MinedWorld;

beforeAll(async () => {
  world = await minedWorld(60);
});
afterAll(async () => await world.remove());

const summ = async (...args: string[]) => await mined(world.lab, ['summ', ...args, '--repo', '../engine']);
const idOf = async (revision: string) => await git(world.repository, 'rev-parse', `${revision}^{commit}`);

describe('one commit, however it is named', () => {
  test.each<[what: string, revision: string]>([
    ['HEAD', 'HEAD'],
    ['a tag', 'v1.0'],
    ['a branch', 'release'],
    ['an older one', 'main~7'],
    ['a merge', 'main^{/Merge side}'],
    ['the second parent of a merge', 'main^{/Merge side 39}^2'],
    ['a root commit', 'main^{/step 0}'],
    ['an empty commit', 'main^{/step 52}'],
  ])('%s', async (_what, revision) => {
    const id = await idOf(revision);
    const run = await summ(revision);
    expect(await idsOf(run)).toEqual([id]);
    const folder = `commit_${id.slice(0, 12)}`;
    expect(run.manifest).toMatchObject({
      status: 'ok',
      task: { kind: 'analysis', name: `summ-${id.slice(0, 12)}` },
      history: { head: id, commits: 1 },
    });
    expect(faultsBySchema('run', run.manifest)).toEqual([]);
    const files = [
      'analysis_summary.md',
      'commit.json',
      'commit_message.txt',
      'diff_stats.txt',
      'full_diff.txt',
    ];
    expect(Object.keys(await outputOf(run))).toEqual(
      ['SHA256SUMS', ...files.map((file) => `${folder}/${file}`), 'commits.jsonl'].sort(),
    );
    expect(run.ran.stdout).toContain(`${run.folder}/output/${folder}/analysis_summary.md\n`);
    const [record] = await recordsOf(run);
    const numstat = await git(
      world.repository,
      'show',
      '--format=',
      '--numstat',
      '-M',
      '--diff-merges=first-parent',
      id,
    );
    expect(record?.files.length).toBe(numstat === '' ? 0 : numstat.split('\n').length);
    const subject = await git(world.repository, 'show', '-s', '--format=%s', id);
    expect(await textOf(run, `output/${folder}/commit_message.txt`)).toContain(subject);
  });

  test('by the first digits of its id, and by all of them', async () => {
    const id = await idOf('main~3');
    for (const length of [7, 12, 40]) expect(await idsOf(await summ(id.slice(0, length)))).toEqual([id]);
  });

  test('by a spec, without flags', async () => {
    const spec = {
      kind: 'analysis',
      version: '1.0',
      inputs: { commit: 'v1.0', repository: { path: '../engine' } },
    };
    await put(world.lab, 'one.json', spec);
    const run = await mined(world.lab, ['summ', '--spec', 'one.json']);
    expect(await idsOf(run)).toEqual([await idOf('v1.0')]);
    expect(run.manifest).toMatchObject({ cmd: 'timelab summ --spec one.json', task: { name: 'one' } });
    const byFlags = await summ('v1.0');
    expect(await outputOf(byFlags)).toEqual(await outputOf(run));
    expect(byFlags.manifest.inputs_key).toBe(run.manifest.inputs_key);
  });

  test('is summarised anew each time, since that is what was asked', async () => {
    const [one, two] = [await summ('HEAD'), await summ('HEAD')];
    expect(two.folder).not.toBe(one.folder);
    expect(await outputOf(two)).toEqual(await outputOf(one));
  });
});

/** Writes two commits whose ids begin with the same 7 digits; gives those digits. */
async function twins(): Promise<string> {
  const tree = await git(world.repository, 'rev-parse', 'HEAD^{tree}');
  const person = 'Ada <ada@example.org> 1700000000 +0000';
  const bodyOf = (at: number) => `tree ${tree}\nauthor ${person}\ncommitter ${person}\n\ntwin ${at}\n`;
  const seen = new Map<string, number>();
  for (let at = 0; ; at += 1) {
    const body = bodyOf(at);
    const id = createHash('sha1').update(`commit ${body.length}\0${body}`).digest('hex').slice(0, 7);
    const other = seen.get(id);
    seen.set(id, at);
    if (other === undefined) continue;
    for (const one of [other, at]) {
      const file = await put(world.root, 'twin', bodyOf(one));
      await git(world.repository, 'hash-object', '-t', 'commit', '-w', file);
    }
    return id;
  }
}

describe('what names no one commit ends with 65, in words, and leaves nothing', () => {
  const names: Readonly<Record<string, () => Promise<readonly [revision: string, words: string]>>> = {
    'an unknown branch': async () => ['nowhere', '"nowhere" names no commit of this repository'],
    'an unknown id': async () => ['f'.repeat(40), `"${'f'.repeat(40)}" names no commit`],
    'unknown digits': async () => ['fffffff', '"fffffff" names no commit of this repository'],
    'several commits': async () => {
      const digits = await twins();
      return [digits, `"${digits}" is ambiguous: several objects begin with it`];
    },
    'a tree': async () => {
      const tree = await git(world.repository, 'rev-parse', 'HEAD^{tree}');
      return [tree, `"${tree}" names something, but no commit`];
    },
    'a blob': async () => {
      const blob = await git(world.repository, 'rev-parse', 'HEAD:src/core/file3.c');
      return [blob, `"${blob}" names something, but no commit`];
    },
    'a range': async () => ['v1.0..main', '"v1.0..main" names no commit'],
  };

  test.each(Object.keys(names))('%s', async (name) => {
    const [revision = '', words = ''] = (await names[name]?.()) ?? [];
    const before = (await runsOf(world.lab)).length;
    const ran = await timelab(['summ', revision, '--repo', '../engine'], { cwd: world.lab });
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toMatch(/^\s+at /m);
    expect(await runsOf(world.lab)).toHaveLength(before);
  });

  test('a repository without commits', async () => {
    await program('git', ['init', '-q', join(world.root, 'bare-new')], { cwd: '/' });
    const ran = await timelab(['summ', 'HEAD', '--repo', '../bare-new'], { cwd: world.lab });
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toContain('"HEAD" names no commit: the repository has none yet');
  });
});

describe('a wrong call ends with 64', () => {
  test.each<[words: string, ...args: string[]]>([
    ['`timelab summ` needs a commit.', 'summ'],
    ['--spec names the commit and all else', 'summ', 'HEAD', '--spec', 'one.json'],
    ['--spec names the commit and all else', 'summ', '--spec', 'one.json', '--model', 'ollama:m'],
    ["Too many arguments for 'summ'", 'summ', 'HEAD', 'HEAD~1'],
    ['--spec says what is mined', 'mine', '--spec', 'one.json', '--limit', '3'],
    ['and --fetch-mode would say it again', 'mine', '--spec', 'one.json', '--fetch-mode', 'full'],
    ['--name names a repository of an account on GitHub, which --repo has', 'mine', '--name', 'engine'],
    ['--limit', 'mine', '--limit', '0'],
    ['--limit', 'mine', '--limit', 'many'],
    ['--since', 'mine', '--since', 'yesterday'],
    ['--until', 'mine', '--until', '2025-02-30'],
    ['Allowed choices are folders, json, csv.', 'mine', '--format', 'xml'],
  ])('%s', async (words, ...args) => {
    const ran = await timelab(args, { cwd: world.lab });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain(words);
  });

  test('but a spec of another kind is bad data', async () => {
    await put(world.lab, 'llm.json', { kind: 'llm', version: '1.0', inputs: { prompt: 'x' } });
    for (const command of ['mine', 'summ']) {
      const ran = await timelab([command, '--spec', 'llm.json'], { cwd: world.lab });
      expect(ran).toMatchObject({ code: 65, stdout: '' });
      expect(ran.stderr).toContain('`timelab ai --spec llm.json` runs it.');
    }
  });
});

test.each([
  ['--grep', 'message_pattern', '(', 'is no POSIX extended regular expression (git says: '],
  ['--path', 'path', '../..', 'leads out of the repository'],
])('what git does not take of %s is a wrong call, of a spec bad data', async (flag, field, value, words) => {
  const byFlag = await timelab(['mine', '--repo', '../engine', flag, value], { cwd: world.lab });
  expect(byFlag).toMatchObject({ code: 64, stdout: '' });
  expect(byFlag.stderr).toContain(`${flag} ${words}`);
  await put(world.lab, 'odd.json', miningSpec('../engine', { inputs: { filter: { [field]: value } } }));
  const bySpec = await timelab(['mine', '--spec', 'odd.json'], { cwd: world.lab });
  expect(bySpec).toMatchObject({ code: 65, stdout: '' });
  expect(bySpec.stderr).toContain(`/inputs/filter/${field} ${words}`);
});

test.each([['mine'], ['summ', 'HEAD']])(
  '%s is about the lab’s own repository, wherever it is called',
  async (...args) => {
    const ran = await timelab([...args, '--lab', world.lab, '--json'], { cwd: world.repository });
    expect(ran.code).toBe(0);
    const head = (await program('git', ['rev-parse', 'HEAD'], { cwd: world.lab })).stdout.trim();
    expect(JSON.parse(ran.stdout).run.history).toMatchObject({ head, repository: { path: '.' } });
  },
);

test('--json prints one object with the run, --quiet nothing beside the paths', async () => {
  const call = ['summ', 'HEAD', '--repo', '../engine', '--quiet'];
  const { stdout, stderr, code } = await timelab([...call, '--json'], { cwd: world.lab });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const result = JSON.parse(stdout);
  expect(faultsBySchema('result', result)).toEqual([]);
  expect(result).toMatchObject({ command: 'summ', ok: true, data: { commits: 1 }, run: { status: 'ok' } });
  for (const path of result.artifacts) await readFile(path);
  expect(result.artifacts).toContainEqual(expect.stringMatching(/\/analysis_summary\.md$/));
  expect(await timelab(call, { cwd: world.lab })).toMatchObject({ code: 0, stderr: '' });
});
