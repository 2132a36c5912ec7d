import { readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readCode } from '../packages/cli/src/effects/code/git.ts';
import { knownSecrets, maskOf, secretIn } from '../packages/core/src/index.ts';
import { changes, commitBeginnings, git, rebuiltTree, treeByGit } from './dirty-tree.ts';
import { llmSpec, program, put, repository, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { readRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { smallWorld } from './small-world.ts';

// Put together here, so that no scanner takes this file for a leak.
const secrets: Readonly<Record<string, string>> = {
  'a private key': `-----BEGIN ${'RSA '}PRIVATE KEY-----`,
  'an age key': `AGE-SECRET-${'KEY-1'}${'Q'.repeat(58)}`,
  'an AWS key': `AK${'IA'}${'Z7'.repeat(8)}`,
  'a GitHub token': `gh${'p_'}${'a1'.repeat(18)}`,
  'a GitLab token': `gl${'pat-'}${'a1-_'.repeat(5)}`,
  'a Slack token': `xo${'xb-'}1234567890-abc`,
  'an npm token': `np${'m_'}${'a1'.repeat(18)}`,
  'a PyPI token': `py${'pi-'}${'a1-_'.repeat(14)}`,
  'a Hugging Face token': `h${'f_'}${'a1'.repeat(17)}`,
  'an OpenAI or Anthropic key': `s${'k-'}ant-${'a1'.repeat(12)}`,
  'a Google key': `AI${'za'}${'a1-_'.repeat(8)}abc`,
  'a Stripe key': `s${'k_live_'}${'a1'.repeat(8)}`,
  'a password in an address': `postgres://ada:${'lovelace1'}@db.example.org/x`,
};
const ofEnvironment = 'kästchen & schlüssel 42';

let lab: string;
beforeEach(async () => {
  lab = await temporaryLab();
  await put(lab, 'committed.env', `user=ada\ntoken=${secrets['a GitHub token']}\nhost=here\n`);
  await commitBeginnings(lab);
});

const read = async (env: Readonly<Record<string, string>> = {}) =>
  await readCode(smallWorld(await temporaryFolder(), env).context.world, lab);

describe('a changed file that holds a secret is left out of the patch, and said to be', () => {
  test.each(Object.entries(secrets))('%s', async (what, secret) => {
    await put(lab, 'kept.md', 'new\n');
    const expected = await treeByGit(lab);
    await put(lab, 'deep/er/config.py', `a = 1\nb = "${secret}"\n`);
    const { state, patch } = await read();
    expect(state.git?.left_out).toEqual([
      { path: 'deep/er/config.py', reason: `holds what looks like ${what}` },
    ]);
    expect(patch?.toString('latin1')).toContain('kept.md');
    expect(patch?.includes(secret)).toBe(false);
    expect(state.git?.tree).toBe(expected);
  });

  const ways: Readonly<Record<string, (secret: string) => Promise<unknown>>> = {
    'in a line added': (secret) => put(lab, 'text.md', `one\ntwo\n${secret}\n`),
    'staged, and gone from the file since': async (secret) => {
      await put(lab, 'text.md', `one\n${secret}\n`);
      await git(lab, 'add', 'text.md');
    },
    'in a binary': (secret) => put(lab, 'binary', Buffer.from(`\0\x01${secret}\0`)),
    'in a new binary': (secret) => put(lab, 'new.bin', Buffer.from(`\0\x01${secret}\0`)),
    'where a link leads': (secret) => symlink(`nowhere/${secret}`, join(lab, 'a link')),
    'in a file made of a link': async (secret) => {
      await rm(join(lab, 'link'));
      await put(lab, 'link', `${secret}\n`);
    },
    'in a name that is no UTF-8': async (secret) => {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(Buffer.from(`${lab}/caf\xe9`, 'latin1'), `${secret}\n`);
    },
  };
  test.each(Object.keys(ways))('%s, among all other changes', async (way) => {
    for (const name of ['a binary new', 'a file made a folder', 'names that need quotes', 'a move staged'])
      await changes[name]?.(lab);
    const expected = await treeByGit(lab);
    await ways[way]?.(ofEnvironment.replaceAll(' ', '_'));
    const { state, patch } = await read({ LAB_API_KEY: ofEnvironment.replaceAll(' ', '_') });
    expect(state.git?.left_out).toEqual([
      { path: expect.any(String), reason: 'holds what looks like the value of LAB_API_KEY' },
    ]);
    expect(state.git?.tree).toBe(expected);
    const file = await put(await temporaryFolder(), 'git.patch', patch ?? '');
    expect(await rebuiltTree(lab, state.gitSha, file)).toBe(expected);
  });

  test('also where it was committed and goes, or stands beside a change', async () => {
    const clean = await git(lab, 'write-tree');
    await put(lab, 'committed.env', 'user=ada\nhost=here\n');
    expect((await read()).state.git).toMatchObject({ tree: clean, left_out: [{ path: 'committed.env' }] });
    await put(lab, 'committed.env', `user=bob\ntoken=${secrets['a GitHub token']}\nhost=here\n`);
    const { state, patch } = await read();
    expect(state.git).toMatchObject({ dirty: true, tree: clean, left_out: [{ path: 'committed.env' }] });
    expect(patch).toBeUndefined();
  });

  test('and its name is not told where that is the secret', async () => {
    await put(lab, `${secrets['a GitHub token']}`, 'x\n');
    expect((await read()).state.git?.left_out).toEqual([
      { path: '(not told)', reason: 'holds what looks like a GitHub token' },
    ]);
  });

  test('a changed secret is another state of the code', async () => {
    const digests = new Set<string | undefined>();
    for (const value of ['a1', 'b2']) {
      await put(lab, 'settings.env', `gh${'p_'}${value.repeat(18)}`);
      digests.add((await read()).state.git?.code_sha256);
    }
    expect(digests.size).toBe(2);
  });
});

test('no file of a run, and no word of its command, holds the secret; verify and checkout know', async () => {
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  await put(lab, 'settings.env', `KEY=${ofEnvironment}\n`);
  const { env } = await scriptedModel();
  const all = { ...env, LAB_PASSWORD: ofEnvironment };
  const ran = await timelab(['ai', '--spec', 'spec.json', '--json'], { cwd: lab, env: all });
  expect(ran.code).toBe(0);
  const { folder } = await readRun(JSON.parse(ran.stdout).artifacts[0]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  );
  expect(texts.length).toBeGreaterThan(4);
  expect([...texts, ran.stdout, ran.stderr].filter((text) => text.includes(ofEnvironment))).toEqual([]);
  expect((await timelab(['verify', 'latest'], { cwd: lab })).code).toBe(0);
  const there = join(await temporaryFolder(), 'there');
  const out = await timelab(['checkout', 'latest', there, '--json'], { cwd: lab });
  expect(JSON.parse(out.stdout).data).toMatchObject({
    complete: false,
    notes: [
      'settings.env is as the commit has it: the file holds what looks like the value of LAB_PASSWORD.',
    ],
  });
  expect(await readdir(there)).not.toContain('settings.env');
});

describe('what is no secret', () => {
  test.each([
    ['PATH_KEY', '/usr/local/share/keys'],
    ['LANGUAGE_KEY', 'deutsch'],
    ['SHORT_TOKEN', 'abc123'],
    ['SSH_AUTH_SOCK', '/tmp/ssh-abc/agent.1'],
    ['EDITOR', 'a value that stands in many a text 1'],
  ])('%s=%s', (name, value) => {
    expect(secretIn(`x ${value} y`, maskOf(knownSecrets({ [name]: value })))).toBeUndefined();
  });

  test('in this repository no file looks as if it held one, but those that are about them', async () => {
    const { stdout } = await program('git', ['ls-files', '-z'], { cwd: repository });
    const files = stdout.split('\0').filter((path) => path !== '');
    const found: string[] = [];
    for (const path of files) {
      const text = await readFile(join(repository, path), 'latin1').catch(() => '');
      if (secretIn(text, maskOf([])) !== undefined) found.push(path);
    }
    expect(files.length).toBeGreaterThan(300);
    expect(found.length / files.length, found.join(', ')).toBeLessThan(0.01);
  });
});
