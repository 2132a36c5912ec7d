import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type CloneWish, openClone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { fetchBlobs } from '../packages/cli/src/effects/mining/fetch-blobs.ts';
import { identifySelf } from '../packages/store/src/index.ts';
import { type Fault, type Served, startGitServer } from './git-server.ts';
import { addHistory, git, newest, serveHistory } from './remote-history.ts';
import { program, put, temporaryFolder } from './rig.ts';
import { smallWorld } from './small-world.ts';

/** A served history, and everything that a command does with it: open, list, fetch the contents. */
async function served() {
  const root = await temporaryFolder();
  const repository = await serveHistory(root, 'engine.git', 200);
  const server = await startGitServer(root);
  const url = `${server.url}/engine.git`;
  const home = await temporaryFolder();
  const mine = async (mode: CloneWish['mode'] = 'diff-only', small = smallWorld(home)) => {
    const clone = await openClone(small.context, url, { mode, limit: 100, allowNet: true });
    const ids = await newest(clone, 100);
    await fetchBlobs(small.context, clone, ids, 'first-parent');
    return clone;
  };
  /** Whether all that the newest commits changed is here, as a git that fetches nothing sees it. */
  const isWhole = async ({ gitDir, head }: { gitDir: string; head: string }) => {
    const env = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };
    const log = ['-C', gitDir, 'log', '-p', '-n100', '--diff-merges=first-parent', head];
    const here = await program('git', log, { cwd: root, env });
    const there = await git(repository, 'log', '-p', '-n100', '--diff-merges=first-parent', 'main');
    return (
      here.code === 0 &&
      here.stdout.replace(/^index .*\n/gm, '').trim() === there.replace(/^index .*\n/gm, '').trim()
    );
  };
  return { repository, server, url, home, mine, isWhole, clones: join(home, '.cache/timelab/clones') };
}

/** Lets one of the packs that are asked for go wrong: the first, or the one after it. */
function wrongAtPack(number: number, fault: Fault) {
  let packs = 0;
  return (one: Served) => {
    if (one.path.endsWith('/info/refs') || one.command === 'ls-refs') return undefined;
    packs += 1;
    return packs === number ? fault : undefined;
  };
}

const failures: [string, Fault, RegExp][] = [
  [
    'refuses without a password',
    { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
    /it wants a name and a password, which timelab never asks for/,
  ],
  ['forbids', { status: 403 }, /the server refuses it \(403\)/],
  ['does not know it', { status: 404 }, /there is no repository at that address \(404\)/],
  ['fails', { status: 500 }, /the server failed \(500\)/],
  ['goes away at once', { cutAfter: 0 }, /the server went away in the middle/],
];

describe('a server that', () => {
  test.each(failures)('%s', async (_what, fault, reason) => {
    const { server, mine, url, clones, isWhole } = await served();
    server.wrong = () => fault;
    await expect(mine()).rejects.toMatchObject({
      kind: 'remote_failed',
      exitCode: 70,
      message: expect.stringMatching(reason),
    });
    await expect(mine()).rejects.toThrow(url);
    expect(await readdir(clones)).toEqual([]);
    server.wrong = undefined;
    expect(await isWhole(await mine())).toBe(true);
  });

  test('is not there', async () => {
    const { mine, home } = await served();
    await mine();
    const { context } = smallWorld(home);
    const wish = { mode: 'full', limit: 1, allowNet: true } as const;
    await expect(openClone(context, 'http://127.0.0.1:1/a.git', wish)).rejects.toMatchObject({
      kind: 'remote_failed',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/a\.git: nothing answers there \(git says: /),
    });
  });
});

describe('a connection that is cut', () => {
  test.each(['full', 'shallow', 'diff-only'] as const)('in the middle of the clone, %s', async (mode) => {
    const { server, mine, clones, isWhole } = await served();
    server.wrong = wrongAtPack(1, { cutAfter: 9_000 });
    await expect(mine(mode)).rejects.toMatchObject({
      kind: 'remote_failed',
      message: expect.stringMatching(/went away in the middle/),
    });
    expect(await readdir(clones)).toEqual([]);
    expect(await isWhole(await mine(mode))).toBe(true);
  });

  test.each(['full', 'shallow', 'diff-only'] as const)('in the middle of an update, %s', async (mode) => {
    const { repository, server, mine, isWhole } = await served();
    const before = await mine(mode);
    await addHistory(repository, 200, 50);
    server.wrong = wrongAtPack(1, { cutAfter: 3_000 });
    await expect(mine(mode)).rejects.toMatchObject({ kind: 'remote_failed' });
    expect(await git(before.gitDir, 'cat-file', '-t', before.head)).toBe('commit');
    const after = await mine(mode);
    expect(after).toMatchObject({ cloned: false, head: await git(repository, 'rev-parse', 'main') });
    expect(await isWhole(after)).toBe(true);
  });

  test('in the middle of the contents', async () => {
    const { server, mine, isWhole } = await served();
    server.wrong = wrongAtPack(2, { cutAfter: 3_000 });
    await expect(mine()).rejects.toMatchObject({ kind: 'remote_failed' });
    const clone = await mine();
    expect(clone.cloned).toBe(false);
    expect(await isWhole(clone)).toBe(true);
    expect(
      (await readdir(join(clone.gitDir, 'objects/pack'))).filter((name) => name.startsWith('tmp_')),
    ).toEqual([]);
  });
});

/** Resolves when the server has a request that it lets hang. */
async function hanging({ served: all }: { served: readonly Served[] }, count: number): Promise<void> {
  while (all.length < count) await wait(10);
}

/** The gits that still talk to a server. */
async function gitsAt(url: string): Promise<string> {
  return (await program('pgrep', ['-fa', `git.*${url}`], { cwd: '/' })).stdout;
}

describe('a run that is called off', () => {
  test.each([
    ['the clone hangs', 1],
    ['the contents hang', 2],
  ])('while %s', async (_what, pack) => {
    const { server, url, mine, home, isWhole, clones } = await served();
    server.wrong = wrongAtPack(pack, 'hang');
    const small = smallWorld(home);
    const running = mine('diff-only', small);
    running.catch(() => {});
    await hanging(server, pack === 1 ? 3 : 5);
    small.stop.abort('SIGINT');
    await expect(running).rejects.toMatchObject({
      kind: 'interrupted',
      message: expect.stringContaining('SIGINT ended the'),
    });
    expect(await gitsAt(url)).toBe('');
    expect((await readdir(clones)).filter((name) => !name.endsWith('.git'))).toEqual([]);
    expect(await isWhole(await mine())).toBe(true);
  });

  test('before it begins', async () => {
    const { mine, home } = await served();
    const small = smallWorld(home);
    small.stop.abort('SIGTERM');
    await expect(mine('full', small)).rejects.toMatchObject({ kind: 'interrupted' });
  });
});

describe('what a process that was killed left', () => {
  test.each(['full', 'shallow', 'diff-only'] as const)(
    'locks and half a clone do not stand in the way, %s',
    async (mode) => {
      const { repository, mine, isWhole, clones } = await served();
      const { place, gitDir } = await mine(mode);
      const child = spawn(process.execPath, ['-e', '0']);
      await new Promise((done) => child.on('close', done));
      const dead = { ...identifySelf(), pid: child.pid, started: '1' };
      await put(clones, `${place.name}.${dead.host}.lock`, dead);
      await put(clones, `${place.name}.${dead.host}-0123456789ab.tmp/HEAD`, '');
      const refs = (await git(gitDir, 'for-each-ref', '--format=%(refname)')).split('\n');
      const locks = ['HEAD', 'shallow', 'packed-refs', 'config', ...refs].map((name) => `${name}.lock`);
      for (const left of [...locks, 'objects/pack/tmp_pack_x']) await put(gitDir, left, '');
      await addHistory(repository, 200, 5);
      const after = await mine(mode);
      expect(after.head).toBe(await git(repository, 'rev-parse', 'main'));
      expect(await isWhole(after)).toBe(true);
      expect(await readdir(clones)).toEqual([`${place.name}.git`]);
      const left = await readdir(gitDir, { recursive: true });
      expect(left.filter((name) => /\.lock$|tmp_/.test(name))).toEqual([]);
    },
  );

  test('a git that is killed in the middle of an update leaves nothing that does', async () => {
    const { repository, mine, isWhole, server, home } = await served();
    const clone = await mine();
    await addHistory(repository, 200, 20);
    server.wrong = wrongAtPack(1, 'hang');
    const count = server.served.length;
    const small = smallWorld(home);
    const running = mine('diff-only', small);
    running.catch(() => {});
    await hanging(server, count + 3);
    // All of them by one call: of two, the second is gone as soon as the first is killed.
    const killed = await program('pkill', ['-KILL', '-f', `git .*--git-dir=${clone.gitDir}`], { cwd: '/' });
    expect(killed).toMatchObject({ code: 0 });
    await expect(running).rejects.toMatchObject({ kind: 'remote_failed' });
    expect(await isWhole(await mine())).toBe(true);
  });
});

test.each([
  ['packs', 'objects'],
  ['HEAD', 'HEAD'],
])(
  'a clone whose %s somebody deleted is named, and made anew when it is deleted too',
  async (_what, path) => {
    const { repository, mine, isWhole } = await served();
    const { gitDir } = await mine();
    await rm(join(gitDir, path), { recursive: true });
    await addHistory(repository, 200, 1);
    await expect(mine()).rejects.toMatchObject({
      kind: 'remote_failed',
      message: `The copy that was kept of it, ${gitDir}, cannot be read.`,
      hint: expect.stringContaining('Delete that folder'),
    });
    await rm(gitDir, { recursive: true });
    expect(await isWhole(await mine())).toBe(true);
  },
);

describe('two at once', () => {
  test('make one clone, and both have it', async () => {
    const { mine, server, isWhole } = await served();
    const [one, other] = await Promise.all([mine(), mine()]);
    expect(one.gitDir).toBe(other.gitDir);
    expect([one.cloned, other.cloned].sort()).toEqual([false, true]);
    expect(await isWhole(one)).toBe(true);
    // The clone, the contents, and the other's question whether there is anything new.
    const packs = server.served.filter(({ bytes }) => bytes > 5_000);
    expect(packs).toHaveLength(2);
  });
});

describe('the words of a server', () => {
  test('reach nobody with what a terminal would act on, nor with a password', async () => {
    const { server, mine } = await served();
    const text =
      'No space left on device\nPermission denied (x)\nNo entry\u001b]0;owned\u0007 see https://ada:s3cret@git.example/\n';
    server.wrong = () => ({ status: 403, text });
    const error = await mine().catch((problem: unknown) => problem);
    const { message } = error as Error;
    expect(message).toMatch(
      /refuses it \(403\).*the server says: No space left on device; Permission denied \(x\); No entry\\u\{1b\}\]0;owned\\u\{7\} see https:\/\/git\.example/,
    );
    expect(message).not.toMatch(/s3cret|[\u0000-\u001f\u007f-\u009f]/);
  });
});
