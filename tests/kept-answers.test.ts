import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { delta, done, entry, events, finish, lines } from '../packages/models/test/fault-server.ts';
import { needWeights } from './embedded-model.ts';
import { askIn, nothingHere, recordedAnswers, recordedText, runIn } from './recordings.ts';
import { llmSpec, program, temporaryFolder, temporaryLab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';

let lab: string;

beforeEach(async () => {
  lab = await temporaryLab();
});

type Call = Parameters<typeof askIn>;

const ai = (env: Call[1], flags?: Call[2], spec?: object) => askIn(lab, env, flags, spec);
const run = (env: Call[1], flags?: Call[2], spec?: object) => runIn(lab, env, flags, spec);

const ofOllama = llmSpec({ config: { model: 'ollama:m' } });

describe('--cache', () => {
  test('gives what is recorded of the same weights, which are looked at all the same, and asks for the rest', async () => {
    const { env, server } = await scriptedModel();
    const asked = await run(env, [], ofOllama);
    const chats = () => server.asked.filter((path) => path === '/api/chat').length;
    const shows = () => server.asked.filter((path) => path === '/api/show').length;
    const given = await run({ ...env, TIMELAB_TIMEOUT: '700' }, ['--cache']);
    expect([chats(), shows()]).toEqual([1, 2]);
    expect(given.manifest).toMatchObject({
      model: {
        hash: asked.manifest.model?.hash,
        answered_from: [{ run_id: asked.manifest.run_id, answers: 1 }],
      },
      determinism: { tier: 'T3' },
      metrics: { answers_recorded: 1, tokens_output: 2 },
    });
    expect(given.manifest.metrics).not.toHaveProperty('model_seconds');
    expect(await recordedAnswers(lab)).toHaveLength(1);
    const fresh = await run(env, ['--cache'], llmSpec({ config: { model: 'ollama:m', seed: 1 } }));
    expect(chats()).toBe(2);
    expect(fresh.manifest.model).not.toHaveProperty('answered_from');
    expect(fresh.manifest.determinism?.tier).toBe('T2');
  });

  test('asks again where other weights have the name now', async () => {
    const { env } = await scriptedModel();
    await run(env, [], ofOllama);
    const moved = { models: [{ ...entry, digest: 'c'.repeat(64) }] };
    const other = await scriptedModel({ '/api/tags': moved, '/api/ps': moved });
    const fresh = await run(other.env, ['--cache']);
    expect(other.server.asked).toContain('/api/chat');
    expect(fresh.manifest.model).not.toHaveProperty('answered_from');
  });

  test('never stands in for weights that nobody names', async () => {
    const { env, server } = await scriptedModel();
    await run(env, [], llmSpec({ config: { model: 'openai:m' } }));
    const again = await run(env, ['--cache']);
    expect(server.asked.filter((path) => path === '/v1/chat/completions')).toHaveLength(2);
    expect(again.manifest.notes?.join()).toContain('the server does not say which weights answer');
  });

  test('keeps nothing of an answer that failed, or whose weights moved under it', async () => {
    const moved = { models: [{ ...entry, digest: 'c'.repeat(64) }] };
    for (const wrong of [
      { '/api/chat': lines({ message: { content: 'Hel' } }) },
      { '/api/tags': [{ models: [entry] }, moved] },
    ]) {
      const { env } = await scriptedModel(wrong);
      expect((await ai(env, [], ofOllama)).code).toBe(70);
    }
    expect(await recordedAnswers(lab)).toEqual([]);
  });
});

describe('a lab whose recordings cannot be written', () => {
  test.each([
    ['a link', async (path: string) => await symlink('/tmp', path), 'is a link, which could lead anywhere'],
    ['a file', async (path: string) => await writeFile(path, ''), 'a file stands where a folder has to be'],
  ])('because they are %s, keeps the run, whose record says why', async (_, spoil, why) => {
    const { env } = await scriptedModel();
    await spoil(join(lab, 'ai-recordings'));
    const { manifest } = await run(env, [], ofOllama);
    expect(manifest.status).toBe('ok');
    expect(manifest.artifacts).toContain('output/answer.txt');
    expect(manifest.notes?.join()).toMatch(
      new RegExp(`not kept among the recordings: ai-recordings.* ${why}\\.$`),
    );
  });
});

test('a file where the recordings should be ends --replay and --cache before a model is asked', async () => {
  const { env, server } = await scriptedModel();
  await writeFile(join(lab, 'ai-recordings'), 'hi');
  for (const flag of ['--replay', '--cache']) {
    const { code, stderr } = await ai(env, [flag], ofOllama);
    expect([code, stderr]).toEqual([
      64,
      expect.stringContaining('ai-recordings is no folder: a file stands'),
    ]);
  }
  expect(server.asked).not.toContain('/api/chat');
});

describe('a recording that is cut', () => {
  test('is none: --replay says so, --cache asks, and another one heals it', async () => {
    const { env, server } = await scriptedModel();
    await run(env, [], ofOllama);
    const [path = ''] = await recordedAnswers(lab);
    await truncate(path, 200);
    const replay = await ai(await nothingHere(), ['--replay']);
    expect(replay.code).toBe(65);
    expect(replay.stderr).toContain(`${path.slice(lab.length + 1)} is damaged and was passed over.`);
    const fresh = await run(env, ['--cache']);
    expect(server.asked.filter((asked) => asked === '/api/chat')).toHaveLength(2);
    expect(fresh.manifest.notes?.join()).toContain(
      `${path.slice(lab.length + 1)} is damaged, and was not used.`,
    );
    expect((await run(await nothingHere(), ['--replay'])).manifest.model?.answered_from).toMatchObject([
      { run_id: fresh.manifest.run_id },
    ]);
  });
});

describe('what must not be shared', () => {
  const secret = 'sk-canary-0123456789';
  const reply = (content: string) =>
    events(delta(content.slice(0, 9)), delta(content.slice(9)), finish(), '[DONE]');

  test.each([
    ['a key that a server repeats', `Your key is ${secret}.`, 'OPENAI_API_KEY'],
    ['a key that it repeats in pieces', secret, 'OPENAI_API_KEY'],
    ['the path of a home', 'See /home/ada-canary/notes.', 'the path of your home folder'],
  ])('%s, is in no recording; the record says why', async (_, words, why) => {
    const { env } = await scriptedModel({ '/v1/chat/completions': reply(words) });
    const home = join(await temporaryFolder(), 'home/ada-canary');
    await mkdir(home, { recursive: true });
    const place = {
      ...env,
      OPENAI_API_KEY: secret,
      HOME: words.includes('/home/') ? '/home/ada-canary' : home,
    };
    const found = await run(place, [], llmSpec({ config: { model: 'openai:m' } }));
    expect(found.manifest.notes?.join()).toContain(
      `An answer was not kept among the recordings: it holds ${why.startsWith('the') ? '' : 'the value of '}${why}.`,
    );
    expect(await recordedText(lab)).toBe('');
  });

  const thought = (field: string) =>
    [secret.slice(0, 9), secret.slice(9)].map((piece) => ({ [field]: piece }));
  const deltas = thought('reasoning_content').map((delta) => ({ choices: [{ delta }] }));
  const messages = thought('thinking').map((one) => ({ message: { content: '', ...one } }));

  test.each([
    ['openai:m', '/v1/chat/completions', events(...deltas, delta('Yes.'), finish(), '[DONE]')],
    ['ollama:m', '/api/chat', lines(...messages, { message: { content: 'Yes.' } }, done())],
  ])('%s: a key in what the model thought, in pieces, is in no recording', async (model, path, reply) => {
    const { env } = await scriptedModel({ [path]: reply });
    const found = await run({ ...env, OPENAI_API_KEY: secret }, [], llmSpec({ config: { model } }));
    expect(found.manifest.notes?.join()).toContain('not kept among the recordings: it holds the value of');
    expect(await recordedText(lab)).toBe('');
  });

  test('neither home, nor user, nor folder of this machine is in one', async (context) => {
    await needWeights(context);
    const weights = join(process.env['TIMELAB_MODELS'] ?? '', 'models/sha256');
    const { stdout } = await program('sh', ['-c', 'ls *.gguf'], { cwd: weights });
    const model = `llamacpp:${join(weights, stdout.trim().split('\n')[0] ?? '')}`;
    await run({ HOME: '/home/somebody', USER: 'somebody' }, ['--model', model], llmSpec());
    const text = await recordedText(lab);
    expect(text).not.toBe('');
    for (const word of [lab, weights, '/home', 'somebody', '/tmp/']) expect(text).not.toContain(word);
    // By its own name alone, it is replayed from anywhere.
    await run(await nothingHere(), ['--replay', '--model', `llamacpp:./${stdout.trim().split('\n')[0]}`]);
  });
});
