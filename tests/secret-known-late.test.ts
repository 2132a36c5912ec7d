import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { done, lines } from '../packages/models/test/fault-server.ts';
import { git } from './mined-history.ts';
import { mined, outputOf } from './mining.ts';
import { llmSpec, put, repository, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { readRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

const key = 'kiln-4711-north';
const env = { LAB_API_KEY: key };

/** A history of ten commits, each of whose messages and files hold a key. */
async function keyHistory(): Promise<string> {
  const folder = await temporaryFolder();
  await git(folder, 'init', '-q', '-b', 'main');
  for (let at = 0; at < 10; at += 1) {
    await put(folder, 'settings.env', `AT=${at}\nKEY=${key}\n`);
    await git(folder, 'add', '-A');
    await git(folder, 'commit', '-qm', `feat: the kiln opens with ${key}, ${at}`);
  }
  return folder;
}

/** The files of a folder that hold the secret. */
async function holders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
  return texts.filter(({ text }) => text.includes(key)).map(({ path }) => path);
}

test.each(['folders', 'json', 'csv'])(
  'a run from before a secret was known is mined again: %s',
  async (format) => {
    const lab = await temporaryLab();
    const call = ['mine', '--repo', await keyHistory(), '--format', format];
    const before = await mined(lab, call);
    // Other secrets are no reason.
    expect((await mined(lab, call, { OTHER_KEY: 'north-1147-kiln' })).folder).toBe(before.folder);
    const after = await mined(lab, call, env);
    expect(after.folder).not.toBe(before.folder);
    expect(after.ran.stderr).toContain('holds what is known as a secret now');
    expect(await holders(after.folder)).toEqual([]);
    // Then it is as any other: what is masked is given to all.
    for (const known of [env, {}]) expect((await mined(lab, call, known)).folder).toBe(after.folder);
  },
);

test('a digest is no secret, whatever it is equal to', async () => {
  const lab = await temporaryLab();
  const call = ['mine', '--repo', await keyHistory()];
  const before = await mined(lab, call);
  const [sum = ''] = (await readFile(join(before.folder, 'output/SHA256SUMS'), 'utf8')).split(' ');
  const { git_sha: commit, inputs_key: work = '' } = before.manifest;
  for (const digest of [sum, commit, work])
    expect((await mined(lab, call, { CACHE_KEY: digest })).folder).toBe(before.folder);
});

test('what a run left before a secret was known is not gone on with', async () => {
  const lab = await temporaryLab();
  const call = ['mine', '--repo', await keyHistory()];
  const real = join(repository, 'tools/rust_extractor/target/release/rust_extractor');
  const half = `#!/bin/sh\n[ "$1" = --version ] && exec '${real}' "$@"\nhead -n 5 | '${real}' "$@"\nexit 70\n`;
  const path = await put(lab, 'half', half);
  await chmod(path, 0o755);
  const halved = { TIMELAB_RUST_EXTRACTOR: path, TIMELAB_ISOLATION: 'none' };
  expect((await timelab(call, { cwd: lab, env: halved })).code).toBe(70);
  expect((await holders(join(lab, '.timelab'))).length).toBeGreaterThan(0);
  const after = await mined(lab, call, env);
  expect(await holders(after.folder)).toEqual([]);
  expect(await holders(join(lab, '.timelab'))).toEqual([]);
  expect(await outputOf(await mined(lab, [...call, '--again'], env))).toEqual(await outputOf(after));
});

test.each([['--cache'], ['--replay']])(
  'an answer recorded before a secret was known is given masked: %s',
  async (flag) => {
    const lab = await temporaryLab();
    const { env: server } = await scriptedModel({
      '/api/chat': lines({ message: { content: `It opens with ${key}.` } }, done()),
    });
    await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m', max_tokens: 9 } }));
    expect((await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env: server })).code).toBe(0);
    expect(await holders(join(lab, 'ai-recordings'))).not.toEqual([]);
    const ran = await timelab(['ai', '--spec', 'spec.json', flag], { cwd: lab, env: { ...server, ...env } });
    expect({ code: ran.code, words: ran.stderr.includes(key) }).toEqual({ code: 0, words: false });
    const run = await readRun(ran.stdout.split('\n')[0] ?? '');
    expect(await holders(run.folder)).toEqual([]);
    expect(await readFile(join(run.folder, 'logs/log.jsonl'), 'utf8')).toContain('"replayed"');
    expect(await readFile(join(run.folder, 'output/answer.txt'), 'utf8')).toContain('[secret LAB_API_KEY]');
  },
);
