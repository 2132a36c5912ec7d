import { mkdir, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changes, commitBeginnings, git, treeByGit } from './dirty-tree.ts';
import { faultsBySchema } from './published-schema.ts';
import { llmSpec, program, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { onlyRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';

const spec = llmSpec({ config: { model: 'ollama:m' } });

/** A lab with what the changes change. */
async function labWithBeginnings(): Promise<string> {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', spec);
  await commitBeginnings(lab);
  return lab;
}

async function run(lab: string, ...args: readonly string[]): Promise<void> {
  const { env } = await scriptedModel();
  const ran = await timelab(['ai', '--spec', 'spec.json', ...args], { cwd: lab, env });
  expect(ran.code, ran.stderr).toBe(0);
}

/** A folder that is not there yet, in one of its own. */
const place = async () => join(await temporaryFolder(), 'as it was');

async function checkout(lab: string, there: string, ...args: readonly string[]) {
  const ran = await timelab(['checkout', 'latest', there, '--json', ...args], { cwd: lab });
  const { data, error } = JSON.parse(ran.stdout);
  if (data !== undefined) expect(faultsBySchema('data', { checkout: data })).toEqual([]);
  return { code: ran.code, data, kind: error?.kind, stderr: ran.stderr };
}

/** The files of a work tree without git's own and those that runs write. */
async function workTree(folder: string): Promise<object> {
  const own = /^(\.git\/|\.git$|\.timelab|ai-recordings|runs\.csv$|latest$|\d{4}(\/|$))/;
  const entries = Object.entries(await snapshot(folder));
  // Modes of folders, and those of files but for the bit that git knows, are the umask's business.
  return entries
    .filter(([path]) => !own.test(path))
    .map(([path, what]) => [path, what.replace(/^(file|folder) \d+/, '$1')]);
}

test.each([
  ['clean', []],
  ['dirty', ['a text edited', 'a binary changed', 'a binary new', 'a file deleted', 'a folder deleted']],
  [
    'odd',
    ['names that need quotes', 'names of git patterns', 'a file made a link', 'a new link', 'a mode changed'],
  ],
  ['staged', ['a move staged', 'an addition staged and edited on', 'an intent to add', 'a new empty file']],
  [
    'with line ends',
    ['a text with Windows line ends', 'spaces at line ends', 'a text that loses its last line end'],
  ],
])('a %s tree comes back, file by file, and the lab is untouched', async (_, names) => {
  const lab = await labWithBeginnings();
  for (const name of names) await changes[name]?.(lab);
  await run(lab);
  const [tree, files, before] = [await treeByGit(lab), await workTree(lab), await snapshot(lab)];
  const there = await place();
  const done = await checkout(lab, there);
  expect(done).toMatchObject({ code: 0, data: { complete: true, notes: [] } });
  expect(await snapshot(lab)).toEqual(before);
  expect(await workTree(there)).toEqual(files);
  expect(await git(there, 'rev-parse', 'HEAD')).toBe(await git(lab, 'rev-parse', 'HEAD'));
  expect(await git(there, 'write-tree')).toBe(done.data.tree);
  if (names.length > 0) expect(done.data.tree).toBe(await withoutRuns(lab, tree));
  expect(await git(there, 'diff', '--name-only')).toBe('');
});

/** The same tree without what runs have written since. */
async function withoutRuns(lab: string, tree: string): Promise<string> {
  const { manifest } = await onlyRun(lab);
  expect(tree).toMatch(/^[0-9a-f]{40}$/);
  return manifest.git?.tree ?? '';
}

describe('where the lab has gone on since', () => {
  test('to other commits, of which the old one is no ancestor', async () => {
    const lab = await labWithBeginnings();
    await put(lab, 'text.md', 'changed\n');
    await run(lab);
    await git(lab, 'add', '-A');
    await git(lab, 'commit', '-q', '--amend', '-m', 'another');
    const there = await place();
    expect(await checkout(lab, there)).toMatchObject({ code: 0, data: { complete: true } });
    expect(await git(there, 'show', ':text.md')).toBe('changed');
  });

  test('in a work tree of its own', async () => {
    const lab = await labWithBeginnings();
    const side = join(await temporaryFolder(), 'side');
    await git(lab, 'worktree', 'add', '-q', side);
    await put(side, 'text.md', 'changed\n');
    await run(side);
    const there = await place();
    expect(await checkout(side, there)).toMatchObject({ code: 0, data: { complete: true } });
    expect(await git(there, 'show', ':text.md')).toBe('changed');
  });

  test('a lab that is a folder of a repository comes with all of it', async () => {
    const outer = await labWithBeginnings();
    await put(outer, 'inner/spec.json', spec);
    await git(outer, 'add', '-A');
    await git(outer, 'commit', '-qm', 'inner');
    await put(outer, 'beside.txt', 'beside\n');
    await put(outer, 'inner/new.txt', 'new\n');
    const lab = join(outer, 'inner');
    await run(lab, '--lab', lab);
    const there = await place();
    expect(await checkout(lab, there, '--lab', lab)).toMatchObject({ code: 0, data: { complete: true } });
    expect(await git(there, 'diff', '--cached', '--name-only')).toBe('beside.txt\ninner/new.txt');
  });
});

describe('what cannot be given back is said', () => {
  test('changes that were too large for a patch', async () => {
    const lab = await labWithBeginnings();
    await truncate(await put(lab, 'huge.bin', ''), 17 * 1024 * 1024);
    await run(lab);
    expect((await checkout(lab, await place())).data).toMatchObject({
      complete: false,
      notes: [expect.stringContaining('this is the commit alone')],
    });
  });

  test('submodules, and that they had changes of their own', async () => {
    const [lab, other] = [await labWithBeginnings(), await labWithBeginnings()];
    await git(lab, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'part of it');
    await git(lab, 'commit', '-qm', 'a part');
    await put(lab, 'part of it/text.md', 'changed inside\n');
    await run(lab);
    const { manifest } = await onlyRun(lab);
    expect(manifest.notes).toContain(
      'The submodule part of it has changes of its own, which no patch keeps.',
    );
    const done = await checkout(lab, await place());
    expect(done.data).toMatchObject({
      complete: false,
      notes: [expect.stringContaining('submodule part of it is an empty')],
    });
  });
});

describe('nothing is made, and nothing left over,', () => {
  /** Calls checkout, which has to fail, and to leave the folder around its target as it was. */
  async function expectRefused(lab: string, there: string, kind: string): Promise<void> {
    const around = join(there, '..');
    const [before, labBefore] = [await snapshot(around), await snapshot(lab)];
    const done = await checkout(lab, there);
    expect([done.kind, done.code]).toEqual([kind, { file_exists: 64, usage: 64 }[kind] ?? 65]);
    expect(await snapshot(around)).toEqual(before);
    expect(await snapshot(lab)).toEqual(labBefore);
  }

  test('where the folder holds something, is a file or a link to nowhere, or its parent is none', async () => {
    const lab = await labWithBeginnings();
    await run(lab);
    const around = await temporaryFolder();
    await put(around, 'full/x', 'x');
    await put(around, 'file', 'x');
    await mkdir(join(around, 'empty'));
    await symlink('empty', join(around, 'link'));
    await symlink('nowhere', join(around, 'lost'));
    await expectRefused(lab, join(around, 'link'), 'file_exists');
    await expectRefused(lab, join(around, 'lost'), 'file_exists');
    await rm(join(around, 'link'));
    await rm(join(around, 'lost'));
    expect((await checkout(lab, join(around, 'n'.repeat(300)))).kind).toBe('usage');
    await expectRefused(lab, join(around, 'full'), 'file_exists');
    await expectRefused(lab, join(around, 'file'), 'file_exists');
    expect((await checkout(lab, join(around, 'none/there'))).kind).toBe('usage');
    expect((await checkout(lab, join(around, 'file/there'))).kind).toBe('usage');
    expect((await checkout(lab, join(around, 'empty'))).code).toBe(0);
    expect((await readdir(around)).sort()).toEqual(['empty', 'file', 'full']);
  });

  test('where nothing can be written beside it', async () => {
    const lab = await labWithBeginnings();
    await run(lab);
    // No permission holds root up, but the kernel's own folder takes no other.
    const root = process.getuid?.() === 0;
    const parent = root ? '/sys' : join(await temporaryFolder(), 'closed');
    if (!root) await mkdir(parent, { mode: 0o500 });
    const done = await checkout(lab, join(parent, 'there'));
    expect([done.kind, done.code]).toEqual(['read_only', 70]);
    expect(done.stderr).toContain('there could not be written');
  });

  test('where the patch was changed, or is gone, or the commit is', async () => {
    const lab = await labWithBeginnings();
    await put(lab, 'text.md', 'one\ntwo, changed\nthree\n');
    await run(lab);
    const patch = join((await onlyRun(lab)).folder, 'input/git.patch');
    const there = await place();
    for (const text of ['no patch\n', '']) {
      await writeFile(patch, text);
      await expectRefused(lab, there, 'code_unavailable');
    }
    await rm(patch);
    await expectRefused(lab, there, 'code_unavailable');
    await git(lab, 'checkout', '-q', '--orphan', 'other');
    await git(lab, 'commit', '-qm', 'other');
    await git(lab, 'branch', '-D', 'main');
    await git(lab, 'reflog', 'expire', '--expire=now', '--all');
    await git(lab, 'gc', '-q', '--prune=now');
    await expectRefused(lab, there, 'code_unavailable');
  });

  test('where there was no git, or no commit, or no such run', async () => {
    const lab = await temporaryFolder();
    await put(lab, 'spec.json', spec);
    await run(lab, '--lab', lab);
    const there = await place();
    expect(await checkout(lab, there, '--lab', lab)).toMatchObject({ code: 65, kind: 'code_unavailable' });
    await git(lab, 'init', '-q');
    await expectRefused(lab, there, 'code_unavailable');
    expect((await timelab(['checkout', 'abcd', there], { cwd: lab })).code).toBe(65);
  });
});

test('hooks, filters that fail and a template of the user’s have no say', async () => {
  const lab = await labWithBeginnings();
  await put(lab, '.gitattributes', '*.md filter=loud\n');
  await put(lab, 'text.md', 'changed\n');
  await run(lab);
  const home = await temporaryFolder();
  const hook = await put(home, 'template/hooks/post-checkout', `#!/bin/sh\ntouch ${home}/hooked\n`);
  await program('chmod', ['+x', hook], { cwd: '/' });
  await put(
    home,
    '.gitconfig',
    `[init]\n\ttemplateDir = ${home}/template\n[core]\n\thooksPath = ${home}/template/hooks\n[apply]\n\twhitespace = error-all\n`,
  );
  await symlink(hook, join(lab, '.git/hooks/post-checkout'));
  const there = await place();
  const ran = await timelab(['checkout', 'latest', there], { cwd: lab, env: { HOME: home } });
  expect({ code: ran.code, out: ran.stdout }).toEqual({ code: 0, out: `${there}\n` });
  expect(await readdir(home)).not.toContain('hooked');
});
