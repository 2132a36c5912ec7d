import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  delta,
  done,
  entry,
  events,
  finish,
  hangUp,
  lines,
  type Reply,
  silence,
  status,
} from '../packages/models/test/fault-server.ts';
import { faultsBySchema } from './published-schema.ts';
import { llmSpec, put, type Ran, temporaryLab, timelab } from './rig.ts';
import { onlyRun, rowsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';

type Wrong = Readonly<Record<string, Reply | readonly Reply[]>>;
type Fault = readonly [what: string, wrong: Wrong, kind: string, code?: number];

const half = JSON.stringify({ message: { content: 'Hel' } });
const chat = (reply: Reply): Wrong => ({ '/api/chat': reply });
const completion = (reply: Reply): Wrong => ({ '/v1/chat/completions': reply });
const moved = { models: [{ ...entry, digest: 'c'.repeat(64) }] };

const ofOllama: readonly Fault[] = [
  ['an end without `done`', chat(lines({ message: { content: 'Hello' } })), 'backend_protocol'],
  ['a broken line', chat(lines('{"message":{"con\n', done())), 'backend_protocol'],
  ['a connection dropped before a byte', chat(hangUp()), 'backend_protocol'],
  ['a connection dropped in the middle', chat(hangUp(`${half}\n`)), 'backend_protocol'],
  [
    'an error in the middle',
    chat(lines({ message: { content: 'Hel' } }, { error: 'boom' })),
    'backend_error',
  ],
  ['a 404', chat(status(404, { error: 'no such model' })), 'model_missing'],
  ['a 500', chat(status(500, { error: 'out of memory' })), 'backend_error'],
  ['an overlong prompt', chat(status(500, { error: 'exceeds the context length' })), 'prompt_too_long', 65],
  ['silence before the first byte', chat(silence()), 'backend_timeout'],
  ['silence in the middle', chat(silence(`${half}\n`)), 'backend_timeout'],
  ['headers that do not come', { '/api/tags': silence() }, 'backend_timeout'],
  ['a redirect off this machine', chat(status(302, '', { location: 'http://192.0.2.1/' })), 'network_denied'],
  ['a redirect on this machine', chat(status(307, '', { location: 'http://127.0.0.1:1/' })), 'backend_error'],
  ['a missing model', { '/api/tags': { models: [] } }, 'model_missing'],
  ['a model without a digest', { '/api/tags': { models: [{ ...entry, digest: '' }] } }, 'digest_missing'],
  ['a model served from elsewhere', { '/api/show': { remote_model: 'big', details: {} } }, 'model_remote'],
  ['a digest that moves', { '/api/tags': [{ models: [entry] }, moved] }, 'digest_changed'],
  ['another model loaded under the name', { '/api/ps': moved }, 'digest_changed'],
  ['another kind of server', { '/api/tags': status(200, '<html>') }, 'backend_protocol'],
];

const ofOpenai: readonly Fault[] = [
  ['an end without [DONE]', completion(events(delta('Hel'), finish())), 'backend_protocol'],
  ['a broken event', completion(events('{"choices":', '[DONE]')), 'backend_protocol'],
  [
    'an error in the middle',
    completion(events(delta('Hel'), { error: { message: 'boom' } })),
    'backend_error',
  ],
  ['a connection dropped in the middle', completion(hangUp('data: {"choices":[]}\n\n')), 'backend_protocol'],
  ['a locked door', completion(status(401, { error: 'sk-secret' })), 'backend_error'],
  ['silence', completion(silence()), 'backend_timeout'],
  ['a missing model', { '/v1/models': { data: [{ id: 'other' }] } }, 'model_missing'],
  ['a redirect', { '/v1/models': status(301, '', { location: 'https://example.org/' }) }, 'network_denied'],
];

const all = [
  ...ofOllama.map((fault) => ['ollama:m', ...fault] as const),
  ...ofOpenai.map((fault) => ['openai:m', ...fault] as const),
];

/** Asks a model, with little patience where it is to be lost: elsewhere a server on a busy machine may take its time. */
async function ask(model: string, env: Readonly<Record<string, string>>, flags: readonly string[] = []) {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { model } }));
  const ran = await timelab(['ai', '--spec', 'spec.json', ...flags], {
    cwd: lab,
    env: { TIMELAB_TIMEOUT: '100', ...env },
  });
  return { lab, ran };
}

/** A run that failed is as well recorded as one that did not. */
async function expectRecordedFailure(lab: string, ran: Ran, kind: string, code: number) {
  const { folder, manifest } = await onlyRun(lab);
  expect({ code: ran.code, signal: ran.signal, words: ran.stderr }).toMatchObject({ code, signal: null });
  expect(manifest).toMatchObject({
    status: 'error',
    error: { kind, code, hint: expect.stringMatching(/\w/) },
  });
  expect(faultsBySchema('run', manifest)).toEqual([]);
  expect(ran.stdout).toBe(['run.json', ...manifest.artifacts].map((path) => `${folder}/${path}\n`).join(''));
  expect(await rowsOf(lab)).toMatchObject([{ run_id: manifest.run_id, status: 'error', error_kind: kind }]);
  expect(ran.stderr).toContain(manifest.error?.message);
  expect(ran.stderr).not.toMatch(/^\s+at |Bug in timelab/m);
  const left = await readdir(lab, { recursive: true });
  expect(left.filter((path) => path.endsWith('.tmp') || /\.timelab\/running\/./.test(path))).toEqual([]);
  expect(await readFile(join(folder, 'logs/log.jsonl'), 'utf8')).toContain(`"kind":"${kind}"`);
  return manifest;
}

describe('a server that fails leaves a run that says so', () => {
  test.for(all)('%s: %s', async ([model, _what, wrong, kind, code = 70]) => {
    const { env } = await scriptedModel(wrong);
    const { lab, ran } = await ask(model, {
      ...env,
      ...(kind === 'backend_timeout' ? { TIMELAB_TIMEOUT: '1' } : {}),
    });
    const manifest = await expectRecordedFailure(lab, ran, kind, code);
    expect(manifest.artifacts.filter((path) => path.startsWith('output/'))).toEqual([]);
    expect(JSON.stringify(manifest)).not.toContain('sk-secret');
  });

  test('a key that was given is nowhere in the lab', async () => {
    const { env } = await scriptedModel();
    const { lab, ran } = await ask('openai:m', { ...env, OPENAI_API_KEY: 'sk-very-secret' });
    expect(ran.code).toBe(0);
    const { folder } = await onlyRun(lab);
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map(async (file) => await readFile(join(file.parentPath, file.name), 'utf8'));
    expect((await Promise.all(texts)).join('')).not.toContain('sk-very-secret');
  });
});

describe('a server that cannot be reached', () => {
  test.each(['ollama:m', 'openai:m'])('on a dead port: %s', async (model) => {
    // No server of another test is given this one, as a port that was free a moment ago may be.
    const env = { OLLAMA_HOST: '127.0.0.1:1', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' };
    const { lab, ran } = await ask(model, env);
    const manifest = await expectRecordedFailure(lab, ran, 'backend_unavailable', 70);
    expect(manifest.network).toEqual({ allowed: false, hosts: [] });
    expect(ran.stderr).toContain('127.0.0.1:1');
  });

  test.each([
    ['ollama:m', 'http://192.0.2.1:11434'],
    ['openai:m', 'http://192.0.2.1/v1'],
    ['ollama:m', 'http://[2001:db8::1]:11434'],
    ['ollama:m', 'http://0x7f000001.example:1'],
    ['openai:m', 'http://127.0.0.1.example.invalid/v1'],
  ])('%s at %s is not asked without allow_net', async (model, host) => {
    const { lab, ran } = await ask(model, { OLLAMA_HOST: host, OPENAI_BASE_URL: host });
    const manifest = await expectRecordedFailure(lab, ran, 'network_denied', 70);
    expect(manifest.network).toEqual({ allowed: false, hosts: [] });
    expect(ran.stderr).toContain('allow_net');
  });

  test('one that is allowed is recorded as such, whatever comes of it', async () => {
    const { env } = await scriptedModel();
    const { lab, ran } = await ask('ollama:m', env, ['--allow-net']);
    expect(ran.code).toBe(0);
    expect((await onlyRun(lab)).manifest).toMatchObject({
      network: { allowed: true, hosts: [env['OLLAMA_HOST']?.slice('http://'.length)] },
      cmd: 'timelab ai --spec spec.json --allow-net',
    });
  });
});

describe('what is wrong before a run begins leaves no run', () => {
  test.each([
    ['an address that is none', { OLLAMA_HOST: 'http://[' }, 64],
    ['a key with a line end', { OPENAI_API_KEY: 'a b' }, 64],
    ['a patience that is no number', { TIMELAB_TIMEOUT: 'long' }, 64],
  ])('%s', async (_what, env, code) => {
    const lab = await temporaryLab();
    await put(
      lab,
      'spec.json',
      llmSpec({ config: { model: 'OPENAI_API_KEY' in env ? 'openai:m' : 'ollama:m' } }),
    );
    const before = await snapshot(lab);
    const ran = await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env });
    expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code });
    expect(ran.stderr).not.toMatch(/^\s+at /m);
    expect(await snapshot(lab)).toEqual(before);
  });
});
