import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { done, lines, silence } from '../packages/models/test/fault-server.ts';
import { needWeights } from './embedded-model.ts';
import { faultsBySchema } from './published-schema.ts';
import { recordedAnswers } from './recordings.ts';
import { ended, llmSpec, put, startTimelab, temporaryLab, timelab } from './rig.ts';
import { type FoundRun, readRun, runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

let lab: string;
// In a year, so that another one is no other code.
const spec = '2026/spec.json';

beforeEach(async () => {
  lab = await temporaryLab();
});

const repeated = (repeat: number, config: object = {}, more: object = {}) =>
  llmSpec({ config: { model: 'ollama:m', seed: 40, repeat, ...config }, ...more });
const says = (content: string) => lines({ message: { content } }, done());

async function linesOf({ folder }: FoundRun) {
  const text = await readFile(join(folder, 'output/output.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

async function ask(env: Readonly<Record<string, string>>, ...flags: string[]) {
  const ran = await timelab(['ai', '--spec', spec, ...flags], { cwd: lab, env });
  return { ...ran, run: await readRun(ran.stdout.split('\n')[0] ?? '') };
}

/** Waits until so many answers are recorded, or more where nobody holds up the next. */
async function recorded(count: number): Promise<void> {
  for (let tries = 0; (await recordedAnswers(lab)).length < count; tries += 1) {
    if (tries > 4000) throw new Error(`never were ${count} answers recorded`);
    await sleep(50);
  }
}

describe('config.repeat', () => {
  test('gives a line for each answer, each with the next seed, and every answer is checked', async () => {
    const { env, server } = await scriptedModel({ '/api/chat': ['red', 'blue', 'green'].map(says) });
    await put(lab, spec, repeated(3, {}, { validation: { must_not_contain: ['blue'], min_length: 3 } }));
    const { code, run, stderr } = await ask(env);
    expect(code).toBe(65);
    expect(stderr).toContain('3 answers fail 1 of 6 checks: answer 1: must_not_contain "blue".');
    expect(await linesOf(run)).toMatchObject([
      { index: 0, seed: 40, text: 'red' },
      { index: 1, seed: 41, text: 'blue' },
      { index: 2, seed: 42, text: 'green' },
    ]);
    const seeds = server.bodies.flatMap((body) =>
      body.includes('"options"') ? [JSON.parse(body).options.seed] : [],
    );
    expect(seeds).toEqual([40, 41, 42]);
    expect(faultsBySchema('run', run.manifest)).toEqual([]);
    expect(run.manifest.artifacts).not.toContain('output/answer.txt');
    expect(run.manifest.validation).toHaveLength(6);
    expect(run.manifest.validation?.[2]).toEqual({ index: 1, check: 'min_length 3', ok: true });
    expect(run.manifest).toMatchObject({
      model: { params: { seed: 40, repeat: 3 } },
      metrics: { answers: 3, tokens_input: 9, tokens_output: 6 },
    });
  });

  test('of one is as if it were not said', async () => {
    const { env } = await scriptedModel();
    await put(lab, spec, repeated(1));
    const { run } = await ask(env);
    expect(run.manifest.artifacts).toContain('output/answer.txt');
    expect(run.manifest.model?.params).not.toHaveProperty('repeat');
    await put(lab, spec, llmSpec({ config: { model: 'ollama:m', seed: 40 } }));
    expect((await ask(env)).run.manifest.inputs_key).toBe(run.manifest.inputs_key);
    await put(lab, spec, repeated(2));
    expect((await ask(env)).run.manifest.inputs_key).not.toBe(run.manifest.inputs_key);
  });

  test('keeps the answers that came before one that did not', async () => {
    const broken = lines({ message: { content: 'gre' } });
    const { env } = await scriptedModel({ '/api/chat': [says('red'), says('blue'), broken] });
    await put(lab, spec, repeated(3));
    const { code, run } = await ask(env);
    expect(code).toBe(70);
    expect(run.manifest).toMatchObject({
      status: 'error',
      error: { kind: 'backend_protocol' },
      metrics: { answers: 2 },
    });
    expect((await linesOf(run)).map(({ text }) => text)).toEqual(['red', 'blue']);
  });

  test('that a signal ends keeps what was answered, too', async () => {
    const { env } = await scriptedModel({ '/api/chat': [says('red'), silence()] });
    await put(lab, spec, repeated(3));
    const child = startTimelab(['ai', '--spec', spec], { cwd: lab, env });
    const over = ended(child);
    await recorded(1);
    child.kill('SIGTERM');
    expect(await over).toMatchObject({ signal: 'SIGTERM' });
    const [run] = await runsOf(lab);
    expect(run?.manifest).toMatchObject({ status: 'cancelled', error: { kind: 'interrupted' } });
    expect((await linesOf(run as FoundRun)).map(({ text }) => text)).toEqual(['red']);
  });
});

describe('a run of 5 that is killed after 2', () => {
  test('makes 3 calls when it is gone on with, and has the same answers as one that was not', async () => {
    const words = ['zero', 'one', 'two', 'three', 'four'];
    const stuck = await scriptedModel({ '/api/chat': [says('zero'), says('one'), silence()] });
    await put(lab, spec, repeated(5));
    const child = startTimelab(['ai', '--spec', spec], { cwd: lab, env: stuck.env });
    const over = ended(child);
    await recorded(2);
    child.kill('SIGKILL');
    expect(await over).toMatchObject({ signal: 'SIGKILL' });
    const { env, server } = await scriptedModel({ '/api/chat': words.slice(2).map(says) });
    const { run } = await ask(env, '--cache');
    expect(server.asked.filter((path) => path === '/api/chat')).toHaveLength(3);
    const all = await linesOf(run);
    expect(all.map(({ text }) => text)).toEqual(words);
    const [killed] = (await runsOf(lab)).filter(({ folder }) => folder !== run.folder);
    expect(killed?.manifest).toMatchObject({ status: 'cancelled', error: { kind: 'interrupted' } });
    const { run_id } = killed?.manifest ?? {};
    expect(all.map(({ answered_from }) => answered_from?.run_id)).toEqual([
      run_id,
      run_id,
      undefined,
      undefined,
      undefined,
    ]);
    expect(run.manifest).toMatchObject({
      model: { answered_from: [{ run_id, answers: 2 }] },
      metrics: { answers: 5, answers_recorded: 2, tokens_output: 10 },
      determinism: {
        tier: 'T3',
        reasons: expect.arrayContaining([expect.stringContaining('2 of 5 answers are recordings')]),
      },
    });
  });

  test('the same with the embedded engine, whose answers are then those of a run that went through', async (context) => {
    await needWeights(context);
    const asked = repeated(3, { model: 'llamacpp:smollm2', temperature: 0.8, max_tokens: 12 });
    // On a busy machine all may be answered before anybody looks: then it is begun anew.
    for (let met = false; !met; ) {
      lab = await temporaryLab();
      await put(lab, spec, asked);
      const child = startTimelab(['ai', '--spec', spec], { cwd: lab });
      const over = ended(child);
      await recorded(1);
      child.kill('SIGKILL');
      met = (await over).signal === 'SIGKILL';
    }
    const kept = (await recordedAnswers(lab)).length;
    const { run } = await ask({}, '--cache');
    expect(run.manifest.metrics).toMatchObject({ answers: 3, answers_recorded: kept });
    expect(await recordedAnswers(lab)).toHaveLength(3);
    const through = (await ask({})).run;
    const texts = async (one: FoundRun) => (await linesOf(one)).map(({ text }) => text);
    expect(await texts(run)).toEqual(await texts(through));
    expect(new Set(await texts(through)).size).toBe(3);
  });
});
