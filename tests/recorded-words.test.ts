import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entry, status } from '../packages/models/test/fault-server.ts';
import { needWeights } from './embedded-model.ts';
import { type MinedRun, mined, textOf } from './mining.ts';
import { faultsBySchema } from './published-schema.ts';
import { nothingHere, recordedAnswers, recordedText } from './recordings.ts';
import { repeat } from './repetition.ts';
import { put, timelab } from './rig.ts';
import { runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';
import {
  chats,
  cloneOf,
  expectWhole,
  linesOf,
  mine,
  pagesOf,
  says,
  secret,
  spec,
  words,
  wordsLab,
} from './words-lab.ts';

const given = wordsLab();

const summ = async (env: Readonly<Record<string, string>>, ...flags: string[]) =>
  await mined(given.lab, ['summ', 'main', '--repo', given.repository, '--model', 'ollama:m', ...flags], env);

describe('a model’s words about a commit', () => {
  test('are recorded, and the record names the recording', async () => {
    const { env } = await scriptedModel();
    const run = await summ(env);
    expect(faultsBySchema('run', run.manifest)).toEqual([]);
    const [path = '', ...others] = await recordedAnswers(given.lab);
    expect(others).toEqual([]);
    const recording = JSON.parse(await readFile(path, 'utf8'));
    expect(run.manifest.model?.recordings).toEqual([path.split('/').at(-1)]);
    expect(run.manifest.model).not.toHaveProperty('answered_from');
    expect(run.manifest.model?.sent).toEqual(recording.sent);
    expect(recording.run).toEqual({
      run_id: run.manifest.run_id,
      path: run.folder.slice(given.lab.length + 1),
    });
    const { messages } = JSON.parse(await textOf(run, 'output/requests.jsonl'));
    expect(recording.request).toMatchObject({ model: { hash: entry.digest }, messages, repeat: 0 });
    expect(recording.reply).toContain('Hel');
    await expectWhole(given.lab);
    // A recording that was altered is a fault of the run that names it.
    await writeFile(path, `${await readFile(path, 'utf8')} `);
    const verified = await timelab(['verify', run.folder], { cwd: given.lab });
    expect(verified.code).toBe(65);
    expect(verified.stderr).toContain(`recordings_mismatch ${path.slice(given.lab.length + 1)}`);
    // It may be deleted: the run has its answer itself.
    await rm(path);
    await expectWhole(given.lab);
  });

  test('are taken from there with --cache, and say from which run', async () => {
    const { env, server } = await scriptedModel();
    const first = await summ(env);
    const again = await summ(env, '--cache');
    expect(chats(server)).toBe(1);
    const { run_id } = first.manifest;
    expect(again.manifest).toMatchObject({
      cmd: `timelab summ main --repo ${given.repository} --model ollama:m --cache`,
      inputs_key: first.manifest.inputs_key,
      model: {
        recordings: first.manifest.model?.recordings,
        answered_from: [{ run_id, path: first.folder.slice(given.lab.length + 1), answers: 1 }],
      },
      determinism: { tier: 'T3' },
      metrics: { answers_recorded: 1, tokens_input: 3, tokens_output: 2 },
    });
    expect(again.manifest.metrics).not.toHaveProperty('model_seconds');
    expect(await pagesOf(again)).toEqual(await pagesOf(first));
    const [{ answered_from, ...line }] = await linesOf(again);
    expect([line]).toEqual(await linesOf(first));
    expect(answered_from).toEqual({ run_id, recording: first.manifest.model?.recordings?.[0] });
    await expectWhole(given.lab);
    expect((await summ(env)).manifest.model).not.toHaveProperty('answered_from');
    expect(chats(server)).toBe(2);
  });

  test('are given by --replay in a clone without any model, of a diff that had to be cut, too', async () => {
    const long = status(500, { error: 'the input length exceeds the context length' });
    const { env, server } = await scriptedModel({ '/api/chat': [long, long, says('Long.')] });
    const call = ['summ', 'large', '--repo', given.repository, '--model', 'ollama:m'];
    const first = await mined(given.lab, call, env);
    expect(chats(server)).toBe(3);
    const cached = await mined(given.lab, [...call, '--cache'], env);
    expect(chats(server)).toBe(3);
    const clone = await cloneOf(given.lab);
    const replay = await mined(clone, [...call, '--replay'], await nothingHere());
    expect(faultsBySchema('run', replay.manifest)).toEqual([]);
    for (const run of [cached, replay]) {
      expect(await pagesOf(run)).toEqual(await pagesOf(first));
      expect(await textOf(run, 'output/requests.jsonl')).toBe(await textOf(first, 'output/requests.jsonl'));
      expect(run.manifest.model?.hash).toBe(entry.digest);
      expect(run.manifest.notes).toContain('The model was given only the beginning of 1 of 1 diffs.');
    }
    expect(replay.manifest).toMatchObject({
      determinism: { tier: 'T3', reasons: [expect.stringMatching(/^No model was asked/)] },
      network: { hosts: [] },
      inputs_key: first.manifest.inputs_key,
    });
    expect(await recordedAnswers(clone)).toHaveLength(1);
    expect((await timelab(['verify', replay.folder], { cwd: clone })).code).toBe(0);
  });

  test('that are not recorded are a miss, which names the nearest and writes nothing', async () => {
    const { env } = await scriptedModel();
    const { manifest } = await summ(env);
    const before = await snapshot(given.lab);
    const args = ['summ', 'main~1', '--repo', given.repository, '--model', 'ollama:m', '--replay', '--json'];
    const missed = await timelab(args, { cwd: given.lab, env: await nothingHere() });
    expect(missed.code).toBe(65);
    const { error } = JSON.parse(missed.stdout);
    expect(error.kind).toBe('recording_missing');
    const key = manifest.model?.recordings?.[0]?.slice(0, 12);
    expect(error.message).toBe(
      `No recording answers this. The nearest, ${key} of run ${manifest.run_id.slice(0, 8)}, differs in 1 field.`,
    );
    expect(error.faults).toEqual([
      { pointer: '/messages/1/content', reason: expect.stringContaining('; recorded is') },
    ]);
    expect(await snapshot(given.lab)).toEqual(before);
  });

  test('are refused in words where no model is to be asked, or flags do not go together', async () => {
    const call = ['summ', 'main', '--repo', given.repository];
    for (const [flags, told] of [
      [['--replay'], '--replay is about the answers of a model, and none is to be asked.'],
      [['--cache'], '--cache is about the answers of a model'],
      [['--model', 'ollama:m', '--replay', '--cache'], '--replay asks no model at all'],
      [['--model', 'ollama:m', '--from-run', '1a2b3c4d'], '--from-run goes with --replay'],
    ] as const) {
      const ran = await timelab([...call, ...flags], { cwd: given.lab, env: await nothingHere() });
      expect(ran).toMatchObject({ code: 64, stderr: expect.stringContaining(told) });
    }
    expect(await runsOf(given.lab)).toEqual([]);
  });

  test('hold no secret in their recordings', async () => {
    const { env, server } = await scriptedModel({ '/api/chat': says(`It is ${secret}.`) });
    const call = ['summ', 'more', '--repo', given.repository, '--model', 'ollama:m'];
    const run = await mined(given.lab, call, { ...env, LAB_API_KEY: secret });
    expect(server.bodies.join('')).not.toContain(secret);
    expect(await recordedText(given.lab)).not.toContain(secret);
    // The model said it, and what it said is kept nowhere as it came.
    expect((await linesOf(run))[0].text).toBe('It is [secret LAB_API_KEY].');
    expect(run.manifest.notes?.join('\n')).toMatch(/An answer was not kept among the recordings: it holds/);
    expect(run.manifest.model).not.toHaveProperty('recordings');
    const quiet = await scriptedModel();
    await mined(given.lab, call, { ...quiet.env, LAB_API_KEY: secret });
    const recorded = await recordedText(given.lab);
    expect(recorded).toContain('[secret LAB_API_KEY]');
    expect(recorded).not.toContain(secret);
  });
});

describe('repro of a run with words', () => {
  test('asks the model itself, and takes no recording for an answer', async () => {
    const { env, server } = await scriptedModel({
      '/api/chat': ['Red.', 'Red.', 'Blue.', 'Red.'].map(says),
    });
    const run = await summ(env);
    const same = await repeat(given.lab, run.folder, env);
    expect(same.data).toMatchObject({ verdict: 'same', changed: [], causes: [] });
    expect(same.run?.manifest.model).not.toHaveProperty('answered_from');
    const other = await repeat(given.lab, run.folder, env);
    expect(other.data).toMatchObject({
      verdict: 'different',
      causes: ['nondeterminism'],
      first_difference: { file: 'output/output.jsonl', line: 1 },
    });
    // Of a replay, too, what is asked is the model.
    const replay = await summ(await nothingHere(), '--replay');
    expect((await repeat(given.lab, replay.folder, env)).data).toMatchObject({ verdict: 'same' });
    expect(chats(server)).toBe(4);
    expect(await recordedAnswers(given.lab)).toHaveLength(4);
  });

  test('finds the weights where --model says that they are now', async (context) => {
    await needWeights(context);
    await put(
      given.lab,
      spec,
      words(given, 1, { model: 'llamacpp:smollm2', prompt_template: 'Say yes. {stats}' }),
    );
    const run: MinedRun = await mine(given.lab, {});
    const hidden = await repeat(given.lab, run.folder, await nothingHere());
    expect(hidden.data).toMatchObject({ verdict: 'cannot_tell', causes: ['model'] });
    const weights = process.env['TIMELAB_MODELS'] ?? '';
    const path = join(weights, 'models/sha256', `${run.manifest.model?.hash}.gguf`);
    const named = await repeat(given.lab, run.folder, await nothingHere(), '--model', `llamacpp:${path}`);
    expect(named.data).toMatchObject({ verdict: 'same' });
  });
});
