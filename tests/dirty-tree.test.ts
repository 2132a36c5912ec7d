import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changes,
  commitBeginnings,
  copyOf,
  git,
  outsideRuns,
  rebuiltTree,
  treeByGit,
  untouched,
} from './dirty-tree.ts';
import { llmSpec, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { readRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

async function labWithBeginnings(): Promise<string> {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  await commitBeginnings(lab);
  return lab;
}

async function run(lab: string, env: Readonly<Record<string, string>>) {
  const ran = await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env });
  expect({ code: ran.code, words: ran.stderr }).toEqual({ code: 0, words: '' });
  return await readRun(ran.stdout.split('\n')[0] ?? '');
}

describe('commit and patch rebuild a dirty tree', () => {
  const names = Object.keys(changes);
  const several = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 8 });

  async function expectRebuilt(template: string, chosen: readonly string[]) {
    const lab = await copyOf(template);
    const { env } = await scriptedModel();
    // Some changes undo what another needs: the state is whatever came of those that could be made.
    for (const name of chosen) await changes[name]?.(lab).catch(() => undefined);
    const [expected, before] = [await treeByGit(lab), await untouched(lab)];
    const { folder, manifest } = await run(lab, env);
    expect(await untouched(lab)).toEqual(before);
    const { git: state, git_sha: commit, notes } = manifest;
    const dirty = (await git(lab, 'status', '--porcelain', '--', ...outsideRuns)) !== '';
    expect({ dirty: state?.dirty, notes }).toEqual({ dirty, notes: [expect.stringContaining('flake.lock')] });
    if (!dirty) return;
    expect(state?.tree).toBe(expected);
    const patch = state?.patch === undefined ? undefined : join(folder, state.patch);
    expect(await rebuiltTree(lab, commit, patch)).toBe(expected);
  }

  test('any of them together', async () => {
    const template = await labWithBeginnings();
    const rebuilt = fc.asyncProperty(several, (chosen) => expectRebuilt(template, chosen));
    await fc.assert(rebuilt, { numRuns: 5, endOnFailure: true });
  });
});

test('a change of one second with the commit, which leaves the file as long as it was, is not missed', async () => {
  const lab = await labWithBeginnings();
  const { env } = await scriptedModel();
  await put(lab, 'other.md', 'makes the tree a dirty one\n');
  const changedAt = async (path: string) => Math.floor((await stat(join(lab, path))).ctimeMs / 1000);
  let [began, ended] = [0, 1];
  for (let at = 0; began !== ended; at += 1) {
    await put(lab, 'text.md', `one ${at}\n`);
    began = await changedAt('text.md');
    await git(lab, 'commit', '--quiet', '--message', 'once more', 'text.md');
    await put(lab, 'text.md', `two ${at}\n`);
    ended = Math.max(await changedAt('text.md'), await changedAt('.git/index'));
  }
  const expected = await treeByGit(lab);
  // What is copied of the index from now on is of another second.
  while (Math.floor(Date.now() / 1000) === began) await sleep(20);
  expect((await run(lab, env)).manifest.git?.tree).toBe(expected);
});

describe('whatever git is set to', () => {
  test('the patch is one that git can apply', async () => {
    const lab = await labWithBeginnings();
    const { env } = await scriptedModel();
    const settings = `[diff]\n\tcontext = 0\n\tnoprefix = true\n\tmnemonicPrefix = true\n\texternal = false\n\trenames = copies
\talgorithm = patience\n\tsubmodule = log\n\trelative = true\n\tignoreSubmodules = all\n\tsuppressBlankEmpty = true
[color]\n\tui = always\n[core]\n\tpager = false\n\tfsmonitor = false\n[status]\n\tshowUntrackedFiles = no\n\trelativePaths = true
[advice]\n\taddIgnoredFile = true\n[apply]\n\twhitespace = fix\n`;
    const home = await temporaryFolder();
    await put(home, '.gitconfig', settings);
    await put(lab, 'text.md', 'one\ntwo, changed\nthree\n');
    await put(lab, 'untracked.txt', 'new\n');
    await put(lab, '.gitattributes', '*.md diff=loud\n');
    await git(lab, 'config', 'diff.loud.textconv', 'false');
    const expected = await treeByGit(lab);
    const { folder, manifest } = await run(lab, { ...env, HOME: home });
    expect(manifest.git?.tree).toBe(expected);
    expect(await rebuiltTree(lab, manifest.git_sha, join(folder, manifest.git?.patch ?? ''))).toBe(expected);
  });

  test('what the caller has set for git is not obeyed', async () => {
    const lab = await labWithBeginnings();
    const other = await labWithBeginnings();
    const { env } = await scriptedModel();
    const stray = { GIT_DIR: `${other}/.git`, GIT_INDEX_FILE: `${other}/.git/index`, GIT_WORK_TREE: other };
    const { manifest } = await run(lab, { ...env, ...stray });
    expect(manifest.git_sha).toBe(await git(lab, 'rev-parse', 'HEAD'));
  });
});

describe('what runs write is no part of the code', () => {
  test('not in the patch of the next run, even if it is tracked or staged', async () => {
    const lab = await labWithBeginnings();
    const { env } = await scriptedModel();
    const first = await run(lab, env);
    expect(first.manifest.git?.dirty).toBe(false);
    const second = await run(lab, env);
    expect(second.manifest.git?.dirty).toBe(false);
    await git(lab, 'add', '-f', 'runs.csv', 'latest', '2*');
    const third = await run(lab, env);
    expect(third.manifest.git?.dirty).toBe(false);
    await git(lab, 'commit', '-qm', 'with runs');
    await put(lab, 'text.md', 'changed\n');
    const fourth = await run(lab, env);
    const patch = await readFile(join(fourth.folder, 'input/git.patch'), 'utf8');
    expect([...patch.matchAll(/^diff --git a\/(\S+)/gm)].map((match) => match[1])).toEqual(['text.md']);
    expect(fourth.manifest.inputs_key).not.toBe(third.manifest.inputs_key);
  });
});
