import { describe, expect, test } from 'vitest';
import { delta, events, finish, silence, status } from '../packages/models/test/fault-server.ts';
import { needWeights } from './embedded-model.ts';
import type { MinedRun } from './mining.ts';
import { nothingHere, recordedAnswers } from './recordings.ts';
import { copyLab, put, timelab } from './rig.ts';
import { type FoundRun, readRun, runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';
import {
  chats,
  cloneOf,
  expectWhole,
  killAfter,
  linesOf,
  mine,
  mineAndKill,
  pagesOf,
  says,
  spec,
  words,
  wordsLab,
} from './words-lab.ts';

const given = wordsLab();

const openaiHello = events(delta('Hello'), finish(), '[DONE]');

/** A server that has the model, and answers nothing. */
async function offlineOllama(): Promise<Readonly<Record<string, string>>> {
  const { env } = await scriptedModel({ '/api/chat': status(500, { error: 'no more' }) });
  return env;
}

describe('words about each mined commit', () => {
  test('are given by --replay, or missed, before anything is written', async () => {
    const { env } = await scriptedModel({ '/api/chat': ['one', 'two', 'three'].map(says) });
    await put(given.lab, spec, words(given, 3));
    const first = await mine(given.lab, env);
    expect(new Set(first.manifest.model?.recordings).size).toBe(3);
    expect(first.manifest.metrics).toMatchObject({ answers: 3, tokens_output: 6 });
    const nowhere = await nothingHere();
    const replay = await mine(given.lab, nowhere, '--replay', '--again');
    expect(await pagesOf(replay)).toEqual(await pagesOf(first));
    expect((await linesOf(replay)).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    const { run_id } = first.manifest;
    expect(replay.manifest).toMatchObject({
      model: { answered_from: [{ run_id, answers: 3 }], recordings: first.manifest.model?.recordings },
      metrics: { answers: 3, answers_recorded: 3 },
    });
    await expectWhole(given.lab);
    // The same work, with the same words, is there already.
    expect((await mine(given.lab, nowhere, '--replay')).folder).toBe(replay.folder);

    await put(given.lab, spec, words(given, 4));
    const before = await snapshot(given.lab);
    const missed = await timelab(['mine', '--spec', spec, '--replay'], { cwd: given.lab, env: nowhere });
    expect(missed).toMatchObject({ code: 65, stdout: '' });
    expect(missed.stderr).toMatch(
      /No recording answers answer 3 of 4 \(counted from 0\)\. The nearest, [0-9a-f]{12} of run/,
    );
    expect(missed.stderr).toContain('/messages/1/content is');
    expect(await snapshot(given.lab)).toEqual(before);
  });

  test('of 4 that were killed after 2 take 2 calls when they are gone on with, however often', async () => {
    const answers = ['zero', 'one', 'two', 'three'];
    await put(given.lab, spec, words(given, 4));
    const stuck = await scriptedModel({ '/api/chat': [says('zero'), silence()] });
    await mineAndKill(given.lab, stuck.env, 1);
    const more = await scriptedModel({ '/api/chat': [says('one'), silence()] });
    await mineAndKill(given.lab, more.env, 2);
    expect(chats(more.server)).toBeLessThanOrEqual(2);
    const { env, server } = await scriptedModel({ '/api/chat': answers.slice(2).map(says) });
    const run = await mine(given.lab, env);
    expect(chats(server)).toBe(2);
    const told = await linesOf(run);
    expect(told.map(({ text }) => text)).toEqual(answers);
    const killed = (await runsOf(given.lab)).filter(({ folder }) => folder !== run.folder);
    expect(killed.map(({ manifest }) => manifest.error?.kind)).toEqual(['interrupted', 'interrupted']);
    const [a, b] = killed.map(({ manifest }) => manifest.run_id);
    expect(told.map(({ answered_from }) => answered_from?.run_id)).toEqual([a, b, undefined, undefined]);
    expect(run.manifest).toMatchObject({
      model: {
        answered_from: [
          { run_id: a, answers: 1 },
          { run_id: b, answers: 1 },
        ],
      },
      metrics: { answers: 4, answers_recorded: 2, tokens_output: 8 },
      determinism: {
        tier: 'T3',
        reasons: expect.arrayContaining([expect.stringContaining('2 of 4 answers are recordings')]),
      },
    });
    expect(run.manifest.model?.recordings).toHaveLength(4);
    await expectWhole(given.lab);
  });

  test('are asked for anew by --again, and gone on with by --cache where nothing else was left', async () => {
    await put(given.lab, spec, words(given, 2));
    const first = await scriptedModel({ '/api/chat': ['a', 'b'].map(says) });
    await mine(given.lab, first.env);
    const stuck = await scriptedModel({ '/api/chat': [says('c'), silence()] });
    await mineAndKill(given.lab, stuck.env, 3, '--again');
    // What is gone on with are the answers of the interrupted run alone, though others are recorded.
    const { env, server } = await scriptedModel({ '/api/chat': [says('d')] });
    const next = await mine(given.lab, env, '--again');
    expect(chats(server)).toBe(1);
    expect((await linesOf(next)).map(({ text }) => text)).toEqual(['c', 'd']);
    const cached = await mine(given.lab, await offlineOllama(), '--again', '--cache');
    expect((await linesOf(cached)).map(({ text }) => text)).toEqual(['a', 'b']);
  });

  test('of a model that no digest names are gone on with, too, but are no cache', async () => {
    await put(given.lab, spec, words(given, 2, { model: 'openai:m' }));
    const path = '/v1/chat/completions';
    const stuck = await scriptedModel({ [path]: [openaiHello, silence()] });
    await mineAndKill(given.lab, stuck.env, 1);
    const { env, server } = await scriptedModel();
    const run = await mine(given.lab, env);
    expect(server.asked.filter((one) => one === path)).toHaveLength(1);
    expect(run.manifest.metrics).toMatchObject({ answers: 2, answers_recorded: 1 });
    const cached = await mine(given.lab, env, '--again', '--cache');
    expect(cached.manifest.metrics).not.toHaveProperty('answers_recorded');
    expect(cached.manifest.notes?.join('\n')).toContain('No recorded answer was used');
  });
});

describe('by the embedded model', () => {
  test('words are recorded, replayed where there is none, and gone on with after a kill', async (context) => {
    await needWeights(context);
    const asked = words(given, 3, { model: 'llamacpp:smollm2', prompt_template: 'One word. {stats}' });
    await put(given.lab, spec, asked);
    const unasked = given.lab;
    // On a busy machine all may be answered before anybody looks: then it is begun anew.
    do given.lab = await copyLab(unasked);
    while (!(await killAfter(given.lab, {}, 1)));
    const kept = (await recordedAnswers(given.lab)).length;
    const run = await mine(given.lab, {});
    expect(run.manifest.metrics).toMatchObject({ answers: 3, answers_recorded: kept });
    const clone = await cloneOf(given.lab);
    const ran = await timelab(['mine', '--spec', spec, '--replay', '--again'], {
      cwd: clone,
      env: await nothingHere(),
    });
    expect(ran.code).toBe(0);
    const replay: FoundRun = await readRun(ran.stdout.split('\n')[0] ?? '');
    expect(replay.manifest.inputs_key).toBe(run.manifest.inputs_key);
    expect(replay.manifest.model?.recordings).toEqual(run.manifest.model?.recordings);
    const through = await mine(given.lab, {}, '--again');
    const texts = async (one: FoundRun) => (await linesOf(one as MinedRun)).map(({ text }) => text);
    expect(await texts(replay)).toEqual(await texts(run));
    expect(await texts(through)).toEqual(await texts(run));
  });
});
