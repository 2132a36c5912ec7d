import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { done, lines } from '../packages/models/test/fault-server.ts';
import { findOllama, noOllama, start } from '../packages/models/test/real-ollama.ts';
import { smollm2 } from '../packages/models/test/weights.ts';
import { needWeights } from './embedded-model.ts';
import { faultsBySchema } from './published-schema.ts';
import { llmSpec, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { readRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { sha256 } from './snapshot.ts';

type Env = Readonly<Record<string, string>>;

async function probe(model: string, env: Env, flags: readonly string[] = ['--runs', '2']) {
  const cwd = await temporaryFolder();
  const ran = await timelab(['probe', model, ...flags, '--json'], { cwd, env });
  const { data, error } = JSON.parse(ran.stdout);
  if (data !== undefined) expect(faultsBySchema('data', { probe: data })).toEqual([]);
  return { ...ran, data, error };
}

/** What the record of a run states of repeats. */
async function stated(lab: string, env: Env, config: object, flags: readonly string[] = []) {
  const spec = await put(lab, 'spec.json', llmSpec({ config: { max_tokens: 2, ...config } }));
  const { code, stdout, stderr } = await timelab(['ai', '--spec', spec, ...flags], { cwd: lab, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { manifest } = await readRun(stdout.split('\n')[0] ?? '');
  expect(faultsBySchema('run', manifest)).toEqual([]);
  return manifest.determinism;
}

/** An answer of a server that gives each token with its probability. */
const told = (text: string, logprob: number) =>
  lines({ message: { content: text }, logprobs: [{ token: text, logprob, top_logprobs: [] }] }, done());

describe('the embedded model', () => {
  test('repeats bit for bit, and from then on its records say so', async (context) => {
    await needWeights(context);
    const lab = await temporaryLab();
    const env = { XDG_STATE_HOME: await temporaryFolder() };
    expect(await stated(lab, env, {})).toMatchObject({ tier: 'T2' });
    const { code, stderr, data } = await probe('llamacpp:smollm2', env);
    expect({ code, stderr, part: data.first_difference }).toEqual({ code: 0, stderr: '', part: undefined });
    const { probe: found } = data;
    expect(found).toMatchObject({
      runs: 2,
      probabilities: true,
      cold: 'bits',
      warm: 'bits',
      threads: 'bits',
    });
    if (data.model.engine.cpu === 'haswell') expect(data.tier).toBe('T0');
    else expect(data.tier).toBe('T1');
    expect(found.record_sha256).toBe(sha256(await readFile(data.record)));

    const after = await stated(lab, env, {});
    expect(after).toMatchObject({ tier: data.tier, probe: found });
    expect(after?.reasons).toEqual(expect.arrayContaining(data.reasons));
    expect((await stated(lab, env, { threads: 1 }))?.tier).toBe(data.tier);
    // Other code of the engine was not probed.
    const other = await stated(lab, env, { cpu: 'ivybridge' });
    expect(other).toMatchObject({ tier: 'T2' });
    expect(other).not.toHaveProperty('probe');
    const shown = await timelab(['model', 'show', 'llamacpp:smollm2', '--json'], { cwd: lab, env });
    expect(JSON.parse(shown.stdout).data.model.determinism).toMatchObject({ tier: data.tier, probe: found });

    await writeFile(data.record, (await readFile(data.record, 'utf8')).slice(0, -9));
    expect(await stated(lab, env, {})).not.toHaveProperty('probe');
  });

  test('is probed of the code that TIMELAB_CPU names, and of no other', async (context) => {
    await needWeights(context);
    const once = (cpu: string) =>
      probe('llamacpp:smollm2', { TIMELAB_CPU: cpu }, ['--once', '--threads', '1']);
    const abacus = await once('abacus');
    expect(abacus).toMatchObject({ code: 65, error: { kind: 'option_unsupported' } });
    expect(abacus.error.hint).toContain('haswell');
    const { code, error, data } = await once('ivybridge');
    if (error?.kind === 'option_unsupported') context.skip('this processor cannot run ivybridge code');
    expect({ code, cpu: data.model.engine.cpu }).toEqual({ code: 0, cpu: 'ivybridge' });
  });
});

describe('a server', () => {
  test('that gives the same text with other probabilities is no more than T2', async () => {
    const replies = [told('Hi', -0.25), told('Hi', -0.25), told('Hi', -0.25), told('Hi', -0.250001)];
    const { env, server } = await scriptedModel({ '/api/chat': replies, '/api/ps': { models: [] } });
    const { data } = await probe('ollama:m', { ...env, XDG_STATE_HOME: await temporaryFolder() });
    expect(data).toMatchObject({ tier: 'T2', probe: { cold: 'text', warm: 'text', probabilities: true } });
    expect(data.first_difference).toEqual({ compared: 'cold', run: 1, prompt: 'table', token: 0 });
    const asked = server.bodies.flatMap((body) => (body.includes('"messages"') ? [JSON.parse(body)] : []));
    // Two runs of two prompts, cold and warm; then two numbers of threads, cold.
    expect(asked.map(({ options }) => options.num_thread)).toEqual([...Array(8), 1, 1, 2, 2]);
    expect(asked[0]).toMatchObject({ logprobs: true, top_logprobs: 20 });
  });

  test('that gives other words is T3, said with the byte', async () => {
    const replies = [told('Höf', -1), told('Höf', -1), told('Höf', -1), told('Höh', -2)];
    const { env } = await scriptedModel({ '/api/chat': replies, '/api/ps': { models: [] } });
    const { data } = await probe('ollama:m', { ...env, XDG_STATE_HOME: await temporaryFolder() });
    expect(data.tier).toBe('T3');
    expect(data.first_difference).toMatchObject({ compared: 'cold', token: 0, byte: 3 });
  });

  test('that tells no probabilities is compared by its words, and that is said', async () => {
    const { env } = await scriptedModel({ '/api/ps': { models: [] } });
    const { data } = await probe('ollama:m', { ...env, XDG_STATE_HOME: await temporaryFolder() });
    expect(data).toMatchObject({ tier: 'T2', probe: { cold: 'text', probabilities: false } });
    expect(data.reasons.at(-1)).toContain('only words were compared');
  });

  test('is not there, has no digest, or the shelf cannot be written: each is said, and nothing is kept', async () => {
    const nobody = await probe('ollama:m', { OLLAMA_HOST: '127.0.0.1:9' });
    expect(nobody).toMatchObject({ code: 70, error: { kind: 'backend_unavailable' } });
    expect(await probe('openai:m', {})).toMatchObject({ code: 70, error: { kind: 'digest_missing' } });
    const { env, server } = await scriptedModel();
    const unkept = await probe('ollama:m', { ...env, XDG_STATE_HOME: '/proc' });
    expect(unkept).toMatchObject({ code: 70, error: { kind: 'disk_error' } });
    expect(server.asked).toEqual([]);
  });

  test('of the real kind repeats cold; its records say what holds of each way to ask it', async (context) => {
    const weights = await smollm2();
    const binary = findOllama();
    if (binary === undefined) return context.skip(noOllama);
    if ('missing' in weights) return context.skip(weights.missing);
    const server = await start(binary, weights.path);
    try {
      const env = { OLLAMA_HOST: server.url, XDG_STATE_HOME: await temporaryFolder() };
      const { code, stderr, data } = await probe('ollama:smollm2', env);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(data.probe).toMatchObject({ runs: 2, probabilities: true, cold: 'bits' });
      const lab = await temporaryLab();
      const config = { model: 'ollama:smollm2' };
      expect(await stated(lab, env, config)).toMatchObject({ tier: data.tier, probe: data.probe });
      expect(await stated(lab, env, config, ['--cold'])).toMatchObject({ tier: 'T1' });
    } finally {
      await server.stop();
    }
  });
});

test('what config.cpu and config.threads cannot be asked of is refused before anything is written', async () => {
  const lab = await temporaryLab();
  for (const [config, words] of [
    [{ model: 'ollama:m', cpu: 'haswell' }, 'config.cpu'],
    [{ model: 'openai:m', threads: 2 }, 'config.threads'],
  ] as const) {
    const spec = await put(lab, 'spec.json', llmSpec({ config }));
    const ran = await timelab(['ai', '--spec', spec], { cwd: lab });
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toContain(words);
  }
});
