import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CloneWish, openClone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { fetchBlobs } from '../packages/cli/src/effects/mining/fetch-blobs.ts';
import { startGitServer } from './git-server.ts';
import { addHistory, git, newest, serveHistory } from './remote-history.ts';
import { temporaryFolder } from './rig.ts';
import { smallWorld } from './small-world.ts';

const commits = 400;

/** A served history, and a way to fetch from it that counts what git started and what the server sent. */
async function served() {
  const root = await temporaryFolder();
  const repository = await serveHistory(root, 'engine.git', commits);
  const server = await startGitServer(root);
  const home = await temporaryFolder();
  let calls = 0;
  const mine = async (wish: Partial<CloneWish> & { limit: number }) => {
    calls += 1;
    const trace = join(home, `trace-${calls}`);
    const { context } = smallWorld(home, { GIT_TRACE2_EVENT: trace });
    const before = server.served.length;
    const clone = await openClone(context, `${server.url}/engine.git`, {
      mode: 'diff-only',
      allowNet: true,
      ...wish,
    });
    const ids = await newest(clone, wish.limit);
    const fetches = clone.fetches + (await fetchBlobs(context, clone, ids, 'first-parent'));
    const started = await startedGits(trace);
    const bytes = server.served.slice(before).reduce((sum, one) => sum + one.bytes, 0);
    return { clone, ids, fetches, started, bytes };
  };
  return { repository, server, mine };
}

/** How often each subcommand of git was started, by git's own record (trace2, event format). */
async function startedGits(trace: string): Promise<Record<string, number>> {
  const events = (await readFile(trace, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const names: string[] = events.filter(({ event }) => event === 'cmd_name').map(({ name }) => name);
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]),
  );
}

/** The ids of the files that the commits' diffs name, without gitlinks, by git itself in the served repository. */
async function filesNamed(repository: string, ids: readonly string[]): Promise<Set<string>> {
  const named = new Set<string>();
  for (const id of ids) {
    const raw = await git(
      repository,
      'diff-tree',
      '-r',
      '--root',
      '--no-commit-id',
      '--no-abbrev',
      '--diff-merges=first-parent',
      id,
    );
    for (const [, modes, sides] of raw.matchAll(/^:(\d+ \d+) (\w+ \w+) /gm)) {
      const [before, after] = modes?.split(' ') ?? [];
      const [old, now] = sides?.split(' ') ?? [];
      if (/^1[02]/.test(before ?? '') && old) named.add(old);
      if (/^1[02]/.test(after ?? '') && now) named.add(now);
    }
  }
  return named;
}

/** The ids of all contents that a clone holds, without asking anybody. */
async function filesHeld(gitDir: string): Promise<Set<string>> {
  const all = await git(
    gitDir,
    'cat-file',
    '--batch-all-objects',
    '--batch-check=%(objecttype) %(objectname)',
  );
  return new Set(all.split('\n').flatMap((line) => (line.startsWith('blob ') ? [line.slice(5)] : [])));
}

describe('the newest commits of a clone without contents', () => {
  test.each([1, 30, 300])('%i of them: one fetch, of exactly what their diffs name', async (limit) => {
    const { repository, mine } = await served();
    const first = await mine({ limit });
    expect(first.clone.cloned).toBe(true);
    expect(first.started['clone']).toBe(1);
    expect({ fetches: first.fetches, started: first.started['fetch'] }).toEqual({ fetches: 1, started: 1 });
    expect(await filesHeld(first.clone.gitDir)).toEqual(await filesNamed(repository, first.ids));

    const again = await mine({ limit });
    expect(again.clone).toMatchObject({ cloned: false, head: first.clone.head });
    expect(again.started).not.toHaveProperty('clone');
    // HEAD was asked for, and the answer to it is all that came.
    expect({ fetches: again.fetches, started: again.started['fetch'] }).toEqual({ fetches: 1, started: 1 });
    expect(again.bytes).toBeLessThan(2_000);

    const named = await mine({ limit, branch: 'main' });
    expect(named.fetches).toBe(1);
    expect(await mine({ limit, branch: 'main' })).toMatchObject({ fetches: 0, clone: { branch: 'main' } });
  });

  test('new commits on the server: two fetches, of nothing but what is new', async () => {
    const { repository, mine } = await served();
    const first = await mine({ limit: 300 });
    const before = await filesHeld(first.clone.gitDir);
    await addHistory(repository, commits, 5);
    const second = await mine({ limit: 300 });
    expect(second.clone.head).toBe(await git(repository, 'rev-parse', 'main'));
    expect({ fetches: second.fetches, started: second.started['fetch'] }).toEqual({ fetches: 2, started: 2 });
    const named = await filesNamed(repository, second.ids.slice(0, 5));
    expect(await filesHeld(first.clone.gitDir)).toEqual(new Set([...before, ...named]));
    expect(second.bytes).toBeLessThan(first.bytes / 20);
  });

  test('a longer list later: what was not there, and no more', async () => {
    const { repository, mine } = await served();
    const first = await mine({ limit: 10 });
    const second = await mine({ limit: 300 });
    expect(second).toMatchObject({ fetches: 2, started: { fetch: 2 } });
    expect(await filesHeld(first.clone.gitDir)).toEqual(await filesNamed(repository, second.ids));
  });
});

describe('a shallow clone', () => {
  test('has the newest commits with their parents, and is deepened and moved on with one fetch', async () => {
    const { repository, mine } = await served();
    const first = await mine({ limit: 10, mode: 'shallow' });
    expect(first).toMatchObject({ fetches: 0, clone: { cloned: true } });
    expect(first.ids).toEqual((await git(repository, 'rev-list', '-n10', 'main')).split('\n'));
    const deeper = await mine({ limit: 50, mode: 'shallow' });
    expect(deeper).toMatchObject({ fetches: 1, started: { fetch: 1 } });
    expect(deeper.ids).toEqual((await git(repository, 'rev-list', '-n50', 'main')).split('\n'));
    await addHistory(repository, commits, 5);
    const later = await mine({ limit: 50, mode: 'shallow' });
    expect(later).toMatchObject({ fetches: 1, started: { fetch: 1 } });
    expect(later.ids).toEqual((await git(repository, 'rev-list', '-n50', 'main')).split('\n'));
    expect(later.bytes).toBeLessThan(deeper.bytes / 3);
    expect((await mine({ limit: 7, mode: 'shallow' })).bytes).toBeLessThan(2_000);
  });

  test('of a branch whose tip is known is deepened where the window is too small', async () => {
    const { repository, mine } = await served();
    await mine({ limit: 10, mode: 'shallow', branch: 'main' });
    const deeper = await mine({ limit: 50, mode: 'shallow', branch: 'main' });
    expect(deeper.ids).toEqual((await git(repository, 'rev-list', '-n50', 'main')).split('\n'));
    expect(await mine({ limit: 40, mode: 'shallow', branch: 'main' })).toMatchObject({ fetches: 0 });
  });

  test('a look at fewer commits takes nothing away from one at more', async () => {
    const { repository, mine } = await served();
    await mine({ limit: 100, mode: 'shallow' });
    await addHistory(repository, commits, 2);
    await mine({ limit: 3, mode: 'shallow' });
    const again = await mine({ limit: 100, mode: 'shallow' });
    expect(again.ids).toHaveLength(100);
    expect(again.bytes).toBeLessThan(2_000);
  });
});

describe('a full clone', () => {
  test('needs no fetch of contents, and later one for what is new', async () => {
    const { repository, mine } = await served();
    const first = await mine({ limit: 300, mode: 'full' });
    expect(first).toMatchObject({ fetches: 0, started: { clone: 1 } });
    await addHistory(repository, commits, 5);
    const second = await mine({ limit: 300, mode: 'full' });
    expect(second).toMatchObject({ fetches: 1, started: { fetch: 1 } });
    expect(second.bytes).toBeLessThan(first.bytes / 20);
    expect(second.clone.head).toBe(await git(repository, 'rev-parse', 'main'));
  });
});
