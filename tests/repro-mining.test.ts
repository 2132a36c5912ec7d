import { appendFile, chmod, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addSteps, git, type MinedWorld, minedWorld } from './mined-history.ts';
import { idsOf, type MinedRun, mined } from './mining.ts';
import { needHelpers } from './needed-helpers.ts';
import { repeat, saying } from './repetition.ts';
import { program, put, repository as sources, temporaryFolder } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';

let world: MinedWorld;
let made: MinedRun;
let lab: string;
let repository: string;
let parent: MinedRun;
let home: { HOME: string };

beforeAll(async () => {
  world = await minedWorld(25);
  const call = ['mine', '--repo', world.repository, '--limit', '20', '--path', 'src'];
  // Below a home folder, so that a copy is found by the path that the record has.
  made = await mined(world.lab, call, { HOME: world.root });
});
afterAll(async () => await world.remove());

// A copy for each test, in a home folder of its own: to mine anew would take longer.
beforeEach(async (context) => {
  needHelpers(context);
  const root = await temporaryFolder();
  home = { HOME: root };
  await program('cp', ['-a', world.lab, world.repository, root], { cwd: '/' });
  [lab, repository] = [join(root, 'lab'), join(root, 'engine')];
  parent = { ...made, folder: made.folder.replace(world.root, root) };
});

const real = join(sources, 'tools/rust_extractor/target/release/rust_extractor');

/** A rust_extractor by this version, whose records go through a line of sed. */
async function extractor(version: string, sed: string): Promise<Record<string, string>> {
  const text = `#!/bin/sh\n[ "$1" = --version ] && { echo 'rust_extractor ${version}'; exit; }\n'${real}' "$@" | sed '${sed}'\n`;
  const path = await put(await temporaryFolder(), 'rust_extractor', text);
  await chmod(path, 0o755);
  // The real one is not shown to a script that is fenced.
  return { TIMELAB_RUST_EXTRACTOR: path, TIMELAB_ISOLATION: 'none' };
}

async function ownVersion(): Promise<string> {
  return (await program(real, ['--version'], { cwd: '/' })).stdout.trim().split(' ')[1] ?? '';
}

describe('a mined history', () => {
  test('is mined again, commit for commit, though its branch has grown', async () => {
    await addSteps(repository, 25, 5);
    const { data, run } = await repeat(lab, parent.folder, home);
    expect(data).toMatchObject({ verdict: 'same', changed: [], causes: [], parent: parent.manifest.run_id });
    expect(await idsOf(run as MinedRun)).toEqual(await idsOf(parent));
    expect(run?.manifest.history?.stream_sha256).toBe(parent.manifest.history?.stream_sha256);
    expect(run?.manifest.task).toEqual(parent.manifest.task);
  });

  test('is another where the same extractor gives other records, and nothing else has changed', async () => {
    const env = await extractor(await ownVersion(), '3s/"message":"/"message":"not /');
    const { data } = await repeat(lab, parent.folder, { ...home, ...env });
    expect(data).toMatchObject({
      verdict: 'different',
      changed: [],
      causes: ['nondeterminism'],
      first_difference: { file: 'output/commits.jsonl', line: 3 },
    });
    const { byte } = data['first_difference'] as { byte: number };
    const [before, now] = [
      await streamOf(parent.folder),
      await streamOf(String((await lastRun(lab)).folder)),
    ];
    expect(before.subarray(0, byte).equals(now.subarray(0, byte))).toBe(true);
    expect(before[byte]).not.toBe(now[byte]);
  });

  test('is another by an extractor of another version, which is named', async () => {
    const { data } = await repeat(lab, parent.folder, {
      ...home,
      ...(await extractor('9.9.9', '1s/"message":"/"message":"not /')),
    });
    expect(data).toMatchObject({ verdict: 'different', changed: ['environment'], causes: ['environment'] });
  });

  test('is the same by an extractor of another version that says the same', async () => {
    const { data } = await repeat(lab, parent.folder, { ...home, ...(await extractor('9.9.9', '')) });
    expect(data).toMatchObject({ verdict: 'same', changed: ['environment'], causes: [] });
  });

  test.each<[what: string, cause: string, kind: string, change: () => Promise<Record<string, string>>]>([
    [
      'the repository is gone',
      'inputs',
      'repository_invalid',
      async () => await gone(rm(repository, { recursive: true })),
    ],
    ['a commit is gone', 'inputs', 'commit_unknown', async () => await gone(rewrite())],
    [
      'the extractor is gone',
      'tools',
      'tool_missing',
      async () => ({ TIMELAB_RUST_EXTRACTOR: '/nonexistent' }),
    ],
    ['the extractor fails', 'tools', 'tool_failed', async () => await extractor(await ownVersion(), '2,$d')],
  ])('cannot be told where %s', async (_what, cause, kind, change) => {
    const { data, run } = await repeat(lab, parent.folder, { ...home, ...(await change()) });
    expect(data).toMatchObject({ verdict: 'cannot_tell', causes: [cause] });
    expect(run?.manifest).toMatchObject({ status: 'error', error: { kind } });
  });

  test('cannot be told where its records were edited', async () => {
    await program('sed', ['-i', '1s/a/b/', join(parent.folder, 'output/commits.jsonl')], { cwd: '/' });
    const { data } = await repeat(lab, parent.folder, home);
    expect(data).toMatchObject({ verdict: 'cannot_tell', causes: ['artifacts'], changed: [] });
  });

  test("cannot be told where a commit's own files were edited or are gone, which are digested in a list", async () => {
    const output = join(parent.folder, 'output');
    const pages = (await readdir(output)).filter((name) => name.startsWith('commit_'));
    await appendFile(join(output, pages[0] ?? '', 'analysis_summary.md'), 'And more.\n');
    const edited = await repeat(lab, parent.folder, home);
    expect(edited.data).toMatchObject({ verdict: 'cannot_tell', causes: ['artifacts'], changed: [] });
    const page = `output/${pages[0]}/analysis_summary.md`;
    expect(edited.run?.manifest.error?.message).toBe(`${page} is not as recorded.`);
    for (const one of pages) await rm(join(output, one), { recursive: true });
    const { data, ran } = await repeat(lab, parent.folder, home);
    expect(data).toMatchObject({ verdict: 'cannot_tell', causes: ['artifacts'] });
    expect(JSON.parse(ran.stdout).error.faults).toHaveLength(20);
  });

  test('of no commits is the same', async () => {
    const none = await mined(lab, ['mine', '--repo', repository, '--author', 'nobody at all']);
    expect((await repeat(lab, none.folder)).data).toMatchObject({ verdict: 'same', changed: [] });
  });
});

const gone = async (done: Promise<unknown>) => {
  await done;
  return {};
};

/** The repository as another one of that name, of which it had no part. */
async function rewrite(): Promise<void> {
  await rename(repository, `${repository}.old`);
  await git(lab, 'init', '-q', repository);
  await git(repository, 'commit', '-q', '--allow-empty', '-m', 'other');
}

async function lastRun(where: string): Promise<{ folder: string }> {
  const { stdout } = await program('readlink', ['-f', join(where, 'latest/run.json')], { cwd: '/' });
  return { folder: join(stdout.trim(), '..') };
}

const streamOf = async (folder: string) => await readFile(join(folder, 'output/commits.jsonl'));

describe('a summary', () => {
  const call = (...more: string[]) => ['summ', 'main~3', '--repo', repository, ...more];

  test('is of the same commit, whatever its revision names now', async () => {
    const summary = await mined(lab, call());
    await addSteps(repository, 25, 1);
    const { data, run } = await repeat(lab, summary.folder);
    expect(data).toMatchObject({ verdict: 'same', changed: [] });
    expect(await idsOf(run as MinedRun)).toEqual(await idsOf(summary));
  });

  test("is held to a model's words as well, of which the engine can be a cause", async () => {
    const { env } = await scriptedModel({ '/api/chat': saying('It adds a step.') });
    const summary = await mined(lab, call('--model', 'ollama:m'), env);
    expect((await repeat(lab, summary.folder, env)).data).toMatchObject({ verdict: 'same', changed: [] });
    const { env: later } = await scriptedModel({
      '/api/chat': saying('It adds a stop.'),
      '/api/version': { version: '0.0.2' },
    });
    const { data } = await repeat(lab, summary.folder, later);
    expect(data).toMatchObject({
      verdict: 'different',
      changed: ['engine'],
      causes: ['engine'],
      first_difference: { file: 'output/output.jsonl', line: 1 },
    });
    const list = await readFile(join(summary.folder, 'output/output.jsonl'));
    const { byte } = data['first_difference'] as { byte: number };
    expect(list.toString('utf8', byte - 2, byte + 2)).toBe('step');
  });

  test('of which the model is gone cannot be told', async () => {
    const { env } = await scriptedModel({ '/api/chat': saying('It adds a step.') });
    const summary = await mined(lab, call('--model', 'ollama:m'), env);
    const { env: later } = await scriptedModel({ '/api/tags': { models: [] } });
    expect((await repeat(lab, summary.folder, later)).data).toMatchObject({
      verdict: 'cannot_tell',
      causes: ['model'],
    });
  });
});
