import { describe, expect, test } from 'vitest';
import { openClone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { fetchBlobs } from '../packages/cli/src/effects/mining/fetch-blobs.ts';
import { fetchCommit } from '../packages/cli/src/effects/mining/fetch-commit.ts';
import { addHistory, git, newest } from './remote-history.ts';
import { served } from './served-clones.ts';

const modes = ['full', 'shallow', 'diff-only'] as const;

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
    const before = await git(clone.gitDir, 'rev-list', clone.head);
    expect(await fetchCommit(small.context, clone, lost, clone.head)).toBe(1);
    expect(await fetchCommit(small.context, clone, lost, clone.head)).toBe(0);
    expect(await git(clone.gitDir, 'rev-parse', `${lost}^`)).toBe(clone.head);
    // And nothing of what was there is cut off.
    expect(await git(clone.gitDir, 'rev-list', clone.head)).toBe(before);
    if (mode === 'diff-only') expect(await fetchBlobs(small.context, clone, [lost], 'first-parent')).toBe(1);
    await expect(fetchCommit(small.context, clone, '1'.repeat(40))).rejects.toMatchObject({
      kind: 'commit_unknown',
      message: expect.stringContaining('1'.repeat(40)),
    });
  });
});
