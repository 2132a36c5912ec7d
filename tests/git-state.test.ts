import { mkdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git } from './dirty-tree.ts';
import { llmSpec, program, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { readRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { sha256 } from './snapshot.ts';

const spec = llmSpec({ config: { model: 'ollama:m' } });

/** A lab whose tree is clean, with a spec in it. */
async function cleanLab(): Promise<string> {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', spec);
  await git(lab, 'add', '-A');
  await git(lab, 'commit', '-qm', 'a spec');
  return lab;
}

/** Runs the spec of a lab; gives its manifest and folder. */
async function run(lab: string, more: { cwd?: string; args?: string[]; env?: Record<string, string> } = {}) {
  const { env } = await scriptedModel();
  const args = ['ai', '--spec', join(lab, 'spec.json'), ...(more.args ?? [])];
  const ran = await timelab(args, { cwd: more.cwd ?? lab, env: { ...env, ...more.env } });
  expect({ code: ran.code, words: ran.stderr }).toEqual({ code: 0, words: '' });
  return await readRun(ran.stdout.split('\n')[0] ?? '');
}

const zeros = (count: number) => '0'.repeat(count);
const noLock = 'There is no flake.lock: flake_lock_sha256 is zeros.';

describe('the record of a run names the code', () => {
  test('by its commit, branch and description', async () => {
    const lab = await cleanLab();
    const head = await git(lab, 'rev-parse', 'HEAD');
    const { manifest } = await run(lab);
    expect(manifest).toMatchObject({ git_sha: head, notes: [noLock] });
    expect(manifest.git).toMatchObject({ describe: head.slice(0, 12), branch: 'main', dirty: false });
    expect(manifest.git).not.toHaveProperty('patch');
  });

  test('by the nearest tag, and by the digest of flake.lock', async () => {
    const lab = await cleanLab();
    await git(lab, 'tag', 'v1.2');
    await put(lab, 'flake.lock', '{"nodes":{}}\n');
    await git(lab, 'add', '-A');
    await git(lab, 'commit', '-qm', 'locked');
    const { manifest } = await run(lab);
    expect(manifest.git?.describe).toMatch(/^v1\.2-1-g[0-9a-f]{12}$/);
    expect(manifest.flake_lock_sha256).toBe(sha256('{"nodes":{}}\n'));
    expect(manifest).not.toHaveProperty('notes');
  });

  test('without a branch on a detached head', async () => {
    const lab = await cleanLab();
    await git(lab, 'checkout', '-q', '--detach');
    expect((await run(lab)).manifest.git).not.toHaveProperty('branch');
  });

  test('from a folder below the lab, which is found', async () => {
    const lab = await cleanLab();
    await mkdir(join(lab, 'some/where'), { recursive: true });
    const { folder, manifest } = await run(lab, { cwd: join(lab, 'some/where') });
    expect(folder.startsWith(`${lab}/2`)).toBe(true);
    expect(manifest.task.spec_path).toBe('spec.json');
  });

  test('in a work tree of its own, whose .git is a file', async () => {
    const lab = await cleanLab();
    const tree = join(await temporaryFolder(), 'tree: "two"');
    await git(lab, 'worktree', 'add', '-q', '-b', 'side', tree);
    await put(tree, 'new.txt', 'new\n');
    const { folder, manifest } = await run(tree);
    expect(folder.startsWith(`${tree}/2`)).toBe(true);
    expect(manifest.git).toMatchObject({ branch: 'side', dirty: true, patch: 'input/git.patch' });
    expect(await readFile(join(folder, 'input/git.patch'), 'utf8')).toContain('+++ b/new.txt');
  });

  test.each(['with space', 'co:lon', '"quoted"', '[a]*', 'ünïcödé', '-rf', "it's $HOME"])(
    'in a folder named %s',
    async (name) => {
      const lab = join(await temporaryFolder(), name);
      await timelab(['init', lab], { cwd: '/' });
      await put(lab, 'spec.json', spec);
      await git(lab, 'add', '-A');
      await git(lab, 'commit', '-qm', 'a spec');
      await put(lab, 'new.txt', 'new\n');
      const { folder, manifest } = await run(lab);
      expect(manifest.git).toMatchObject({ dirty: true, patch: 'input/git.patch' });
      expect(await readFile(join(folder, 'input/git.patch'), 'utf8')).toContain('+++ b/new.txt');
    },
  );

  test('in a repository of SHA-256', async () => {
    const lab = await temporaryFolder();
    await git(lab, 'init', '-q', '--object-format=sha256');
    await timelab(['init', lab], { cwd: lab });
    await put(lab, 'spec.json', spec);
    await git(lab, 'add', '-A');
    await git(lab, 'commit', '-qm', 'a spec');
    await put(lab, 'new.txt', 'new\n');
    const { manifest } = await run(lab);
    expect(manifest.git_sha).toMatch(/^[0-9a-f]{64}$/);
    expect(manifest.git?.tree).toMatch(/^[0-9a-f]{64}$/);
    const whole = [manifest.task.inputs_hash, manifest.git_sha, zeros(64), manifest.timestamp_start].join('');
    expect(manifest.run_id).toBe(sha256(whole));
  });
});

describe('a lab inside another repository', () => {
  test('has a repository of its own after init', async () => {
    const outer = await cleanLab();
    const made = await timelab(['init', 'inner'], { cwd: outer });
    expect(made.stderr).toContain('lies inside the repository');
    await put(outer, 'inner/spec.json', spec);
    const { folder, manifest } = await run(join(outer, 'inner'));
    expect(folder.startsWith(`${outer}/inner/2`)).toBe(true);
    expect(manifest.git_sha).toBe(zeros(40));
  });

  test('or is a folder of it, named with --lab, whose runs are no part of its code', async () => {
    const outer = await cleanLab();
    await put(outer, 'inner/spec.json', spec);
    await git(outer, 'add', '-A');
    await git(outer, 'commit', '-qm', 'inner');
    const lab = join(outer, 'inner');
    const first = await run(lab, { cwd: outer, args: ['--lab', lab] });
    expect(first.manifest.git).toMatchObject({ dirty: false });
    expect(first.manifest.task.spec_path).toBe('spec.json');
    const second = await run(lab, { cwd: outer, args: ['--lab', lab] });
    expect(second.manifest.git).toMatchObject({ dirty: false });
    await put(outer, 'beside.txt', 'beside\n');
    const third = await run(lab, { cwd: outer, args: ['--lab', lab] });
    const patch = await readFile(join(third.folder, 'input/git.patch'), 'utf8');
    expect([...patch.matchAll(/^diff --git a\/(\S+)/gm)].map((match) => match[1])).toEqual(['beside.txt']);
  });
});

describe('what git cannot say is said in a note', () => {
  test('there is no git', async () => {
    const lab = await cleanLab();
    const { manifest } = await run(lab, { env: { PATH: await temporaryFolder() } });
    expect(manifest).toMatchObject({ git_sha: zeros(40) });
    expect(manifest).not.toHaveProperty('git');
    expect(manifest.env.tools).not.toHaveProperty('git');
    expect(manifest.notes).toEqual([noLock, 'There is no git on this machine: git_sha is zeros.']);
  });

  test('a lab without git at all', async () => {
    const lab = await temporaryFolder();
    await put(lab, 'spec.json', spec);
    const { manifest } = await run(lab, { args: ['--lab', lab] });
    expect(manifest.notes).toEqual([noLock, 'The lab is not a git repository: git_sha is zeros.']);
  });

  test('no commit yet', async () => {
    const lab = await temporaryFolder();
    await timelab(['init', lab], { cwd: lab });
    await put(lab, 'spec.json', spec);
    const { manifest } = await run(lab);
    expect(manifest).toMatchObject({ git_sha: zeros(40), git: { branch: 'main', dirty: true } });
    expect(manifest.notes).toContain('The repository has no commit yet: git_sha is zeros.');
  });

  test.each([
    ['untracked', false],
    ['staged', true],
  ])('a file too large for a patch: %s', async (_what, staged) => {
    const lab = await cleanLab();
    await truncate(await put(lab, 'huge.bin', ''), 17 * 1024 * 1024);
    if (staged) await git(lab, 'add', 'huge.bin');
    const { folder, manifest } = await run(lab);
    expect(manifest.git).toMatchObject({ branch: 'main', dirty: true });
    expect(manifest.git).not.toHaveProperty('patch');
    expect(manifest.notes).toContainEqual(expect.stringMatching(/^The tree is dirty with 1782\d{4} bytes/));
    await expect(readFile(join(folder, 'input/git.patch'))).rejects.toThrow('ENOENT');
  });

  test('an unfinished merge is kept as the files are', async () => {
    const lab = await cleanLab();
    for (const branch of ['one', 'two']) {
      await git(lab, 'checkout', '-q', '-b', branch, 'main');
      await put(lab, 'text.md', `${branch}\n`);
      await git(lab, 'add', '-A');
      await git(lab, 'commit', '-qm', branch);
    }
    await program('git', ['merge', '-q', 'one'], { cwd: lab });
    const { folder, manifest } = await run(lab);
    expect(manifest.git).toMatchObject({ branch: 'two', dirty: true, patch: 'input/git.patch' });
    expect(await readFile(join(folder, 'input/git.patch'), 'utf8')).toContain('+<<<<<<< HEAD');
  });

  test('a repository that belongs to somebody else', async (context) => {
    if (process.getuid?.() !== 0) context.skip('needs root, to give a repository away');
    const lab = await cleanLab();
    await program('chown', ['-R', '65534:65534', lab], { cwd: '/' });
    const { manifest } = await run(lab);
    expect(manifest.git_sha).toBe(zeros(40));
    expect(manifest.notes).toContainEqual(expect.stringMatching(/^The repository belongs to another user/));
  });
});
