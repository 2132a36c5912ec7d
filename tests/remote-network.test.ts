import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openClone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { fetchBlobs } from '../packages/cli/src/effects/mining/fetch-blobs.ts';
import { git, newest, serveHistory } from './remote-history.ts';
import { put } from './rig.ts';
import { served } from './served-clones.ts';
import { smallWorld } from './small-world.ts';

const modes = ['full', 'shallow', 'diff-only'] as const;

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

describe('a server that wants to know who asks', () => {
  test('is told by the credential helper that is configured, and nobody else is asked', async () => {
    const { home, server, open, small, clones } = await served();
    const secret = `Basic ${Buffer.from('ada:s3cret').toString('base64')}`;
    const headers = { 'www-authenticate': 'Basic realm="x"' };
    server.wrong = ({ authorization }) => (authorization === secret ? undefined : { status: 401, headers });
    await expect(open()).rejects.toMatchObject({
      message: expect.stringContaining('wants a name and a password'),
    });
    const helper = '!f() { echo username=ada; echo password=s3cret; }; f';
    await put(home, '.gitconfig', `[credential]\n\thelper = "${helper}"\n`);
    const clone = await open();
    expect(await fetchBlobs(small.context, clone, await newest(clone, 10), 'first-parent')).toBe(1);
    const kept = await git(home, 'grep', '--no-index', '-l', 's3cret', '--', '.').catch(() => '');
    expect(kept).toBe('.gitconfig');
    expect(await readdir(clones)).toHaveLength(1);
  });

  test('over ssh is reached by the ssh that is configured, which is told to ask nothing', async () => {
    const { home, repository, small } = await served();
    const said = join(home, 'said');
    const script = `#!/bin/sh\necho "$SSH_ASKPASS_REQUIRE $*" >> '${said}'\nfor last; do :; done\nexec sh -c "$last"\n`;
    await chmod(await put(home, 'bin/ssh', script), 0o755);
    await put(home, '.gitconfig', `[core]\n\tsshCommand = ${home}/bin/ssh -4\n`);
    const wish = { mode: 'diff-only', limit: 5, allowNet: true } as const;
    const clone = await openClone(small.context, `git@git.example:${repository}`, wish);
    expect([...clone.remote.hosts]).toEqual(['git.example']);
    expect(clone.head).toBe(await git(repository, 'rev-parse', 'main'));
    const calls = (await readFile(said, 'utf8')).trim().split('\n');
    for (const call of calls)
      expect(call).toMatch(/^never -4 -o BatchMode=yes .*git@git\.example git-upload-pack /);
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
      message: expect.stringContaining('disabled'),
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
