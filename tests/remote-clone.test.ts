import { existsSync } from 'node:fs';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Clone, type CloneWish, openClone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { fetchBlobs } from '../packages/cli/src/effects/mining/fetch-blobs.ts';
import { fetchCommit } from '../packages/cli/src/effects/mining/fetch-commit.ts';
import { startGitServer } from './git-server.ts';
import { addHistory, git, newest, serveHistory } from './remote-history.ts';
import { put, temporaryFolder } from './rig.ts';
import { smallWorld } from './small-world.ts';

const modes = ['full', 'shallow', 'diff-only'] as const;

/** A served history of 40 commits, and what opens clones of it below a home of its own. */
async function served() {
  const root = await temporaryFolder();
  const repository = await serveHistory(root, 'engine.git', 40);
  const server = await startGitServer(root);
  const url = `${server.url}/engine.git`;
  const home = await temporaryFolder();
  const small = smallWorld(home);
  const open = async (wish: Partial<CloneWish> = {}): Promise<Clone> =>
    await openClone(small.context, url, { mode: 'diff-only', limit: 10, allowNet: true, ...wish });
  return { root, repository, server, url, home, small, open, clones: join(home, '.cache/timelab/clones') };
}

/** The id of a commit of the served repository that is on no branch. */
async function offBranch(repository: string): Promise<string> {
  await addHistory(repository, 41, 1, 'refs/heads/main');
  const id = await git(repository, 'rev-parse', 'main');
  await git(repository, 'update-ref', 'refs/heads/main', 'main~1');
  return id;
}

describe.each(modes)('what a run can begin at, %s', (mode) => {
  test('the head, a branch, a tag, a full name and the id of a commit', async () => {
    const { repository, open } = await served();
    const at = async (name: string) => await git(repository, 'rev-parse', `${name}^{commit}`);
    await git(repository, 'branch', 'side/way', 'main~7');
    await git(repository, 'tag', 'v1', 'main~9');
    await git(repository, 'tag', '-a', '-m', 'words', 'v2', 'main~11');
    await git(repository, 'update-ref', 'refs/pull/1/head', 'main~3');
    expect(await open({ mode })).toMatchObject({
      head: await at('main'),
      branch: undefined,
      fetches: 0,
      cloned: true,
    });
    expect(await open({ mode, branch: 'main' })).toMatchObject({ head: await at('main'), branch: 'main' });
    expect(await open({ mode, branch: 'side/way' })).toMatchObject({
      head: await at('main~7'),
      branch: 'side/way',
    });
    expect(await open({ mode, branch: 'v1' })).toMatchObject({ head: await at('main~9'), branch: undefined });
    expect(await open({ mode, branch: 'v2' })).toMatchObject({ head: await at('main~11') });
    expect(await open({ mode, branch: 'v2' })).toMatchObject({ fetches: 0, cloned: false });
    expect(await open({ mode, branch: 'refs/pull/1/head' })).toMatchObject({ head: await at('main~3') });
    expect(await open({ mode, branch: await at('main~15') })).toMatchObject({ head: await at('main~15') });
    const lost = await offBranch(repository);
    expect(await open({ mode, branch: lost })).toMatchObject({ head: lost, fetches: 1 });
  });

  test.each(['side/way', 'v1', 'v2', 'refs/pull/1/head'])('%s, as the first of all', async (branch) => {
    const { repository, open } = await served();
    await git(repository, 'branch', 'side/way', 'main~7');
    await git(repository, 'tag', 'v1', 'main~7');
    await git(repository, 'tag', '-a', '-m', 'words', 'v2', 'main~7');
    await git(repository, 'update-ref', 'refs/pull/1/head', 'main~7');
    const clone = await open({ mode, branch });
    expect(clone).toMatchObject({ head: await git(repository, 'rev-parse', 'main~7'), cloned: true });
    const ids = await git(repository, 'rev-list', '--max-count=10', 'main~7');
    expect(await newest(clone, 10)).toEqual(ids.split('\n'));
  });

  test('a tag that is called as a branch is', async () => {
    const { repository, open } = await served();
    await git(repository, 'tag', 'main', 'main~7');
    expect(await open({ mode, branch: 'refs/tags/main' })).toMatchObject({
      head: await git(repository, 'rev-parse', 'refs/heads/main~7'),
    });
    expect(await open({ mode, branch: 'main' })).toMatchObject({
      head: await git(repository, 'rev-parse', 'refs/heads/main'),
    });
  });

  test('a branch that is pushed by force, renamed, or gives way to a folder of branches', async () => {
    const { repository, open } = await served();
    await open({ mode });
    await open({ mode, branch: 'main' });
    await git(repository, 'update-ref', 'refs/heads/main', 'main~20');
    await addHistory(repository, 60, 3);
    const forced = await git(repository, 'rev-parse', 'main');
    expect(await open({ mode })).toMatchObject({ head: forced, fetches: 1 });
    expect(await open({ mode, branch: 'main' })).toMatchObject({ head: forced });
    await git(repository, 'branch', '-m', 'main', 'main/trunk');
    await git(repository, 'symbolic-ref', 'HEAD', 'refs/heads/main/trunk');
    await addHistory(repository, 70, 1, 'refs/heads/main/trunk');
    const renamed = await git(repository, 'rev-parse', 'main/trunk');
    expect(await open({ mode })).toMatchObject({ head: renamed });
    const clone = await open({ mode, branch: 'main/trunk' });
    expect(clone).toMatchObject({ head: renamed, branch: 'main/trunk' });
    expect(await newest(clone, 10)).toEqual(
      (await git(repository, 'rev-list', '-n10', 'main/trunk')).split('\n'),
    );
    await expect(open({ mode, branch: 'main' })).rejects.toMatchObject({ kind: 'commit_unknown' });
  });

  test.each([
    ['nowhere', /has no branch or tag "nowhere"/],
    ['refs/heads/nowhere', /has no branch or tag "refs\/heads\/nowhere"/],
    ['0123456789012345678901234567890123456789', /does not give a commit "0123456789/],
    ['main~3', /no name that a branch or a tag can have/],
    ['--upload-pack=id', /no name that a branch or a tag can have/],
    ['+main:refs/heads/x', /no name that a branch or a tag can have/],
  ])('%s is not there', async (branch, message) => {
    const { open } = await served();
    const refused = { kind: 'commit_unknown', message: expect.stringMatching(message) };
    await expect(open({ mode, branch })).rejects.toMatchObject(refused);
    await open({ mode });
    await expect(open({ mode, branch })).rejects.toMatchObject(refused);
  });
});

test('a repository without a commit, and a tag that is none', async () => {
  const { root, repository, server, small, open } = await served();
  await git(root, 'init', '-q', '--bare', 'empty.git');
  const wish = { mode: 'full', limit: 1, allowNet: true } as const;
  await expect(openClone(small.context, `${server.url}/empty.git`, wish)).rejects.toMatchObject({
    kind: 'commit_unknown',
    message: expect.stringContaining('has no commit yet'),
  });
  await git(
    repository,
    'tag',
    'file',
    `main:${(await git(repository, 'ls-tree', '-r', '--name-only', 'main')).split('\n')[0]}`,
  );
  await open();
  await expect(open({ branch: 'file' })).rejects.toMatchObject({ kind: 'commit_unknown' });
});

describe('commits that are on no branch', () => {
  test.each(modes)('are fetched by their ids, once, %s', async (mode) => {
    const { repository, open, small } = await served();
    const clone = await open({ mode });
    const lost = await offBranch(repository);
    expect(await fetchCommit(small.context, clone, lost, clone.head)).toBe(1);
    expect(await fetchCommit(small.context, clone, lost, clone.head)).toBe(0);
    expect(await git(clone.gitDir, 'rev-parse', `${lost}^`)).toBe(clone.head);
    // And nothing of what was there is cut off.
    expect(await newest(clone, 11)).toEqual((await git(repository, 'rev-list', '-n11', 'main')).split('\n'));
    if (mode === 'diff-only') expect(await fetchBlobs(small.context, clone, [lost], 'first-parent')).toBe(1);
    await expect(fetchCommit(small.context, clone, '1'.repeat(40))).rejects.toMatchObject({
      kind: 'commit_unknown',
      message: expect.stringContaining('1'.repeat(40)),
    });
  });
});

describe('a server of another kind', () => {
  test('that leaves nothing out is cloned whole, and has to be asked for nothing more', async () => {
    const { repository, open, small } = await served();
    await git(repository, 'config', 'uploadpack.allowFilter', 'false');
    const clone = await open();
    expect(await fetchBlobs(small.context, clone, await newest(clone, 10), 'first-parent')).toBe(0);
  });

  test('that speaks the first protocol', async () => {
    const { repository, home, open, small } = await served();
    await put(home, '.gitconfig', '[protocol]\n\tversion = 0\n');
    for (const setting of ['allowAnySHA1InWant', 'allowTipSHA1InWant'])
      await git(repository, 'config', `uploadpack.${setting}`, 'true');
    const clone = await open();
    expect(await fetchBlobs(small.context, clone, await newest(clone, 10), 'first-parent')).toBe(1);
    expect(await open({ branch: 'main' })).toMatchObject({ head: clone.head });
  });

  test.each(modes)('whose ids have 64 digits, %s', async (mode) => {
    const { root, server, small } = await served();
    const repository = await serveHistory(root, 'sha256.git', 15, 'sha256');
    const wish = { mode, limit: 5, allowNet: true } as const;
    const clone = await openClone(small.context, `${server.url}/sha256.git`, wish);
    expect(clone.head).toMatch(/^[0-9a-f]{64}$/);
    expect(await newest(clone, 5)).toEqual((await git(repository, 'rev-list', '-n5', 'main')).split('\n'));
    const fetches = await fetchBlobs(small.context, clone, await newest(clone, 5), 'first-parent');
    expect(fetches).toBe(mode === 'diff-only' ? 1 : 0);
  });
});

describe('the network', () => {
  test('is asked for nothing unless it is allowed', async () => {
    const { open, server, clones } = await served();
    await expect(open({ allowNet: false })).rejects.toMatchObject({
      kind: 'network_denied',
      exitCode: 70,
      message: 'Git would reach 127.0.0.1, and network access was not allowed.',
      hint: expect.stringContaining('--allow-net'),
    });
    expect(server.served).toEqual([]);
    expect(existsSync(clones)).toBe(false);
  });

  test('is not asked for file:, unless the configuration sends git there', async () => {
    const { repository, small, home, server } = await served();
    const wish = { mode: 'diff-only', limit: 5, allowNet: false } as const;
    const clone = await openClone(small.context, `file://${repository}`, wish);
    expect([...clone.remote.hosts]).toEqual([]);
    expect(await fetchBlobs(small.context, clone, await newest(clone, 5), 'first-parent')).toBe(1);
    await put(home, '.gitconfig', `[url "${server.url}/"]\n\tinsteadOf = file:///elsewhere/\n`);
    await expect(openClone(small.context, 'file:///elsewhere/engine.git', wish)).rejects.toMatchObject({
      kind: 'network_denied',
      message: expect.stringContaining('127.0.0.1'),
    });
  });

  test('is reached by what the configuration has in place of a host, and the host that was is known', async () => {
    const { repository, home, server } = await served();
    const config = await put(
      home,
      'elsewhere',
      `[url "${server.url}/"]\n\tinsteadOf = https://github.com/ada/\n`,
    );
    const { context } = smallWorld(home, { GIT_CONFIG_GLOBAL: config });
    const wish = { mode: 'diff-only', limit: 5, allowNet: true } as const;
    const clone = await openClone(context, 'https://github.com/ada/engine.git', wish);
    expect(clone.head).toBe(await git(repository, 'rev-parse', 'main'));
    expect([...clone.remote.hosts]).toEqual(['127.0.0.1']);
    expect(clone.gitDir).toMatch(/\/github\.com-ada-engine-diff-only-[0-9a-f]{16}\.git$/);
    expect(await fetchBlobs(context, clone, await newest(clone, 5), 'first-parent')).toBe(1);
  });

  test('a redirect is followed and known; one to another protocol is not', async () => {
    const { server, small } = await served();
    const other = server.url.replace('127.0.0.1', 'localhost');
    const to = (place: string) => (one: { path: string }) =>
      one.path.startsWith('/old')
        ? {
            status: 301,
            headers: { location: `${place}${one.path.replace('/old', '')}?service=git-upload-pack` },
          }
        : undefined;
    const wish = { mode: 'full', limit: 5, allowNet: true } as const;
    server.wrong = to(other);
    const clone = await openClone(small.context, `${server.url}/old/engine.git`, wish);
    expect([...clone.remote.hosts]).toEqual(['127.0.0.1', 'localhost']);
    server.wrong = to('ftp://127.0.0.1');
    await expect(openClone(small.context, `${server.url}/old/again.git`, wish)).rejects.toMatchObject({
      kind: 'remote_failed',
    });
  });
});

describe('a cache', () => {
  test('holds a bare repository without hooks, work tree, tags or modules, for nobody else to read', async () => {
    const { repository, open, clones } = await served();
    await git(repository, 'tag', 'v1', 'main');
    const { gitDir } = await open({ mode: 'full' });
    expect((await stat(clones)).mode & 0o777).toBe(0o700);
    expect((await readdir(gitDir)).sort()).toEqual(['HEAD', 'config', 'objects', 'packed-refs', 'refs']);
    expect(await git(gitDir, 'tag', '--list')).toBe('');
    expect(await readdir(clones)).toEqual([gitDir.split('/').at(-1)]);
  });

  test('is where XDG_CACHE_HOME says', async () => {
    const { url, home } = await served();
    const { context } = smallWorld(home, { XDG_CACHE_HOME: join(home, 'elsewhere') });
    const clone = await openClone(context, url, { mode: 'full', limit: 1, allowNet: true });
    expect(clone.gitDir.startsWith(join(home, 'elsewhere/timelab/clones/127.0.0.1-'))).toBe(true);
  });

  test('that cannot be made is named', async () => {
    const { url, home } = await served();
    await writeFile(join(home, 'file'), '');
    const { context } = smallWorld(home, { XDG_CACHE_HOME: join(home, 'file') });
    await expect(openClone(context, url, { mode: 'full', limit: 1, allowNet: true })).rejects.toMatchObject({
      kind: 'disk_error',
      message: expect.stringContaining(join(home, 'file')),
    });
  });

  test('is not bent by a configuration, and runs nothing of it', async () => {
    const { home, open, small, clones } = await served();
    const ran = join(home, 'ran');
    const hook = `#!/bin/sh\necho "$0" >> '${ran}'\n`;
    for (const name of ['post-checkout', 'reference-transaction', 'post-merge', 'pre-auto-gc'])
      await chmod(await put(home, `hooks/${name}`, hook), 0o755);
    await chmod(await put(home, 'template/hooks/reference-transaction', hook), 0o755);
    await put(
      home,
      '.gitconfig',
      [
        `[core]\n\thooksPath = ${home}/hooks\n\tfsmonitor = ${home}/hooks/post-merge\n\taskPass = ${home}/hooks/post-merge`,
        `[init]\n\ttemplateDir = ${home}/template`,
        '[clone]\n\tdefaultRemoteName = other\n\trejectShallow = true\n[gc]\n\tauto = 1\n[maintenance]\n\tauto = true',
        '[fetch]\n\tprune = true\n\twriteCommitGraph = true\n\trecurseSubmodules = true\n[submodule]\n\trecurse = true',
        '[remote "origin"]\n\tfetch = +refs/*:refs/*\n[transfer]\n\tunpackLimit = 1\n[diff]\n\tnoprefix = true\n\trenames = copies',
      ].join('\n'),
    );
    const clone = await open();
    expect(await fetchBlobs(small.context, clone, await newest(clone, 10), 'first-parent')).toBe(1);
    expect(existsSync(ran)).toBe(false);
    expect((await readdir(clone.gitDir)).sort()).toEqual([
      'HEAD',
      'config',
      'objects',
      'packed-refs',
      'refs',
    ]);
    expect(await readdir(clones)).toHaveLength(1);
  });

  test('shows how far git has come', async () => {
    const { open, small } = await served();
    await open({ mode: 'full' });
    expect(small.shown()).toMatch(/127\.0\.0\.1: receiving objects: +100% \(\d+\/\d+\)/);
    // And the line is left clean.
    expect(small.shown()).toMatch(/\r +\r$/);
  });
});
