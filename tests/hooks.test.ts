import { existsSync } from 'node:fs';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { program, put, type Ran, repository, temporaryFolder } from './rig.ts';

const preCommit = join(repository, '.cache/hooks/bin/pre-commit');

// Put together here, so that the hook does not find them in this file.
const planted: [string, string][] = [
  ['a private key', `${'-'.repeat(5)}BEGIN RSA ${'PRIVATE'} KEY${'-'.repeat(5)}\nMIIEowIBAAKCAQEA\n`],
  ['a token of GitHub', `token: ${'ghp'}_${'q1W2x3R4t5Y6'.repeat(3)}\n`],
  ['a key of AWS', `id = ${'AKIA'}${'IOSFODNN7ABCDEFG'}\n`],
  ['a password', `${'pass'}word = "correct-horse-battery"\n`],
];

describe('a commit, where the hooks are installed', () => {
  beforeEach((context) => {
    if (!existsSync(preCommit)) context.skip('no hooks; `node scripts/hooks.mjs` sets them up');
  });

  test.for(planted)('that holds %s is refused', async ([, text]) => {
    const clone = await clonedWithHooks();
    await put(clone, 'notes.txt', text);
    const { code, stderr } = await commit(clone);
    expect(stderr).toContain('Potential secrets about to be committed');
    expect(code).toBe(1);
    expect(await commits(clone)).toBe('0');
  });

  test('that holds ids and digests, and no secret, is made', async () => {
    const clone = await clonedWithHooks();
    await put(clone, 'notes.txt', `commit ${'39d58101cd'.repeat(4)}\nsha256 ${'bcc81830'.repeat(8)}\n`);
    const { code, stderr } = await commit(clone);
    expect([code, stderr]).toEqual([0, expect.stringContaining('no secrets')]);
    expect(await commits(clone)).toBe('1');
  });

  const sealed = 'KEY=ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]\nsops_version=3.13.3\n';

  test.for([
    ['sealed secrets is made', sealed, 0],
    ['secrets of which one line is not sealed is refused', `${sealed}OTHER=hello\n`, 1],
    ['secrets with an open comment is refused', `# hello\n${sealed}`, 1],
  ] as const)('that holds %s', async ([, text, code]) => {
    const clone = await clonedWithHooks();
    await put(clone, 'lab.sops.env', text);
    expect((await commit(clone)).code).toBe(code);
  });

  test('that ends a line in white space is mended, and has to be made again', async () => {
    const clone = await clonedWithHooks();
    await put(clone, 'notes.txt', 'one  \n');
    expect((await commit(clone)).code).toBe(1);
    expect((await commit(clone)).code).toBe(0);
    const { stdout } = await git(clone, 'show', 'HEAD:notes.txt');
    expect(stdout).toBe('one\n');
  });
});

/** A repository with our hooks, and nothing else of ours. */
async function clonedWithHooks(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'scripts'));
  for (const name of ['.pre-commit-config.yaml', '.secrets.baseline', 'scripts/hook.sh'])
    await copyFile(join(repository, name), join(folder, name));
  await symlink(join(repository, '.cache'), join(folder, '.cache'));
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  const { code, stderr } = await program(preCommit, ['install'], { cwd: folder, env: { HOME: folder } });
  expect([code, stderr]).toEqual([0, '']);
  return folder;
}

const commit = async (folder: string): Promise<Ran> => {
  await git(folder, 'add', '--all', ':!.cache', ':!scripts');
  return await git(folder, 'commit', '--quiet', '--message=notes');
};

const commits = async (folder: string) => (await git(folder, 'rev-list', '--all', '--count')).stdout.trim();

async function git(folder: string, ...words: string[]): Promise<Ran> {
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const env = { HOME: folder, PRE_COMMIT_HOME: join(folder, '.git/pre-commit') };
  return await program('git', [...person, ...words], { cwd: folder, env });
}
