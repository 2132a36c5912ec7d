import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { delta, done, entry, events, finish, lines } from '../packages/models/test/fault-server.ts';
import { needWeights } from './embedded-model.ts';
import { faultsBySchema } from './published-schema.ts';
import { askIn, nothingHere, outputOf, recordedAnswers, recordedText, runIn } from './recordings.ts';
import { llmSpec, program, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { type FoundRun, onlyRun, readRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';

let lab: string;

beforeEach(async () => {
  lab = await temporaryLab();
});

type Call = Parameters<typeof askIn>;

const ai = (env: Call[1], flags?: Call[2], spec?: object) => askIn(lab, env, flags, spec);
const run = (env: Call[1], flags?: Call[2], spec?: object, where = lab) => runIn(where, env, flags, spec);
const lineOf = async (found: FoundRun) => JSON.parse(await outputOf(found));

const git = async (where: string, ...args: string[]) => {
  const ran = await program('git', args, { cwd: where });
  expect({ args, code: ran.code, words: ran.code === 0 ? '' : ran.stderr }).toMatchObject({ code: 0 });
  return ran.stdout;
};

async function commit(where: string, words: string): Promise<void> {
  await git(where, 'add', '-A');
  await git(where, 'commit', '-qm', words);
}

const ofOllama = llmSpec({ config: { model: 'ollama:m' } });

describe('--replay', () => {
  test('gives the same answer in a clone, where there is no model, no server and no engine to ask', async (context) => {
    await needWeights(context);
    const json_schema = {
      type: 'object',
      properties: { colour: { enum: ['red', 'blue'] } },
      required: ['colour'],
    };
    const asked = await run({}, [], llmSpec({ config: { format: 'json' }, validation: { json_schema } }));
    expect(await git(lab, 'status', '--porcelain', 'ai-recordings')).not.toBe('');
    await commit(lab, 'a day of work');
    const clone = join(await temporaryFolder(), 'clone');
    await git(lab, 'clone', '-q', lab, clone);
    const replay = await run(await nothingHere(), ['--replay'], undefined, clone);

    expect(faultsBySchema('run', replay.manifest)).toEqual([]);
    expect(await outputOf(replay, 'answer.json')).toBe(await outputOf(asked, 'answer.json'));
    const { answered_from, ...line } = await lineOf(replay);
    expect(line).toEqual(await lineOf(asked));
    const { run_id, model, metrics, validation } = asked.manifest;
    expect(answered_from.run_id).toBe(run_id);
    expect(replay.manifest.model).toMatchObject({
      ...model,
      answered_from: [{ run_id, path: asked.folder.slice(lab.length + 1), answers: 1 }],
    });
    expect(replay.manifest).toMatchObject({
      cmd: 'timelab ai --spec spec.json --replay',
      determinism: { tier: 'T3', reasons: [expect.stringMatching(/^No model was asked/)] },
      network: { hosts: [] },
      validation,
    });
    // Tokens are those of the answer; the time that a model took is not the replay's.
    const { tokens_input, tokens_output } = metrics ?? {};
    const { duration_seconds: _, ...counts } = replay.manifest.metrics ?? {};
    expect(counts).toEqual({ tokens_input, tokens_output, answers_recorded: 1 });
  });

  test('is of the same code as before, in a tree that stays clean', async () => {
    const { env } = await scriptedModel();
    await put(lab, 'spec.json', ofOllama);
    await commit(lab, 'a spec');
    const asked = await run(env);
    const uncommitted = await run(env, ['--replay']);
    await commit(lab, 'its answer');
    const committed = await run(await nothingHere(), ['--replay']);
    for (const { manifest } of [asked, uncommitted, committed]) {
      expect(manifest.git?.dirty).toBe(false);
      expect(manifest.git?.code_sha256).toBe(asked.manifest.git?.code_sha256);
      expect(manifest.inputs_key).toBe(asked.manifest.inputs_key);
    }
  });

  test.each([
    [
      'ollama:m',
      '/api/chat',
      lines(
        { message: { content: '', thinking: 'Let me see.' } },
        { message: { content: 'caf\u00e9 ' } },
        { message: { content: '\ud83d\ude00\r\n' } },
        done({ load_duration: 5e9 }),
      ),
    ],
    [
      'openai:m',
      '/v1/chat/completions',
      events(
        { choices: [{ delta: { reasoning_content: 'Let me see.' } }] },
        delta('caf\u00e9 '),
        delta('\ud83d\ude00\r\n'),
        { ...finish('length'), system_fingerprint: 'fp' },
        { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
        '[DONE]',
      ),
    ],
  ])(
    'of %s gives back all that was read from the bytes of the reply, and streams it',
    async (model, path, reply) => {
      const { env } = await scriptedModel({ [path]: reply });
      const asked = await run(env, [], llmSpec({ config: { model } }));
      expect(await outputOf(asked, 'answer.txt')).toBe('caf\u00e9 \ud83d\ude00\r\n');
      // The words that are thought are in the bytes, and in no answer.
      expect(await recordedText(lab)).toContain('Let me see.');
      const shown = await ai(await nothingHere(), ['--replay', '--show']);
      expect(shown).toMatchObject({ code: 0, stderr: 'caf\u00e9 \ud83d\ude00\\u{d}\n\n' });
      const replay = await readRun(shown.stdout.split('\n')[0] ?? '');
      expect(await outputOf(replay, 'answer.txt')).toBe(await outputOf(asked, 'answer.txt'));
      const { answered_from: _, ...line } = await lineOf(replay);
      expect(line).toEqual(await lineOf(asked));
      expect(replay.manifest.model?.engine).toEqual(asked.manifest.model?.engine);
      expect(replay.manifest.model?.sent).toEqual(asked.manifest.model?.sent);
      expect(replay.manifest.metrics).not.toHaveProperty('model_load_seconds');
    },
  );

  test('that finds nothing names the nearest recording and what differs, and writes nothing', async () => {
    const { env } = await scriptedModel();
    const none = await ai(env, ['--replay'], ofOllama);
    expect(none).toMatchObject({ code: 65, stdout: '' });
    expect(none.stderr).toContain('No answer is recorded in this lab.');

    const system = 'You are a careful assistant.';
    await run(env, [], llmSpec({ inputs: { system }, config: { model: 'ollama:m', seed: 3 } }));
    await run(env, [], llmSpec({ config: { model: 'ollama:m', seed: 9, max_tokens: 99 } }));
    const before = await snapshot(lab);
    const changed = { inputs: { system: `${system.slice(0, -1)}!` }, config: { model: 'ollama:m', seed: 4 } };
    await put(lab, 'spec.json', llmSpec(changed));
    const missed = await timelab(['ai', '--spec', 'spec.json', '--replay', '--json'], { cwd: lab, env });
    expect(missed.code).toBe(65);
    const { error } = JSON.parse(missed.stdout);
    expect(error.kind).toBe('recording_missing');
    expect(error.message).toMatch(
      /^No recording answers this\. The nearest, [0-9a-f]{12} of run [0-9a-f]{8}, differs in 2 fields\.$/,
    );
    expect(error.faults).toEqual([
      { pointer: '/messages/0/content', reason: 'is "!" from character 28 on; recorded is "."' },
      { pointer: '/params/seed', reason: 'is 4; recorded is 3' },
    ]);
    await put(lab, 'spec.json', await readFile(join(lab, 'spec.json')));
    const after = await snapshot(lab);
    expect(Object.keys(after)).toEqual(Object.keys(before));

    const other = await ai(env, ['--replay', '--model', 'ollama:unheard-of']);
    expect(other.stderr).toContain('/model is ollama:unheard-of; recorded is ollama:m');
  });

  test('does not choose between models of one name, but for the run that is told', async () => {
    const hello = await scriptedModel();
    const other = await scriptedModel({
      '/api/tags': { models: [{ ...entry, digest: 'c'.repeat(64) }] },
      '/api/ps': { models: [] },
      '/api/chat': lines({ message: { content: 'Goodbye' } }, done()),
    });
    const one = await run(hello.env, [], ofOllama);
    const two = await run(other.env);
    const refused = await ai(await nothingHere(), ['--replay']);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    for (const { manifest } of [one, two]) {
      expect(refused.stderr).toContain(manifest.run_id.slice(0, 12));
      expect(refused.stderr).toContain(manifest.model?.hash?.slice(0, 12));
      const told = await run(await nothingHere(), ['--replay', '--from-run', manifest.run_id.slice(0, 12)]);
      expect(told.manifest.model).toMatchObject({
        hash: manifest.model?.hash,
        answered_from: [{ run_id: manifest.run_id }],
      });
    }
    const nobody = await ai(await nothingHere(), ['--replay', '--from-run', '0'.repeat(64)]);
    expect(nobody).toMatchObject({ code: 65 });
    expect(nobody.stderr).toContain('No answer to this was given in a run 000000');
  });

  test('goes on giving the first answer, whatever is recorded later', async () => {
    const { env } = await scriptedModel({
      '/api/chat': ['First', 'Second'].map((content) => lines({ message: { content } }, done())),
    });
    const first = await run(env, [], ofOllama);
    const second = await run(env);
    expect(await outputOf(second, 'answer.txt')).toBe('Second');
    expect(await recordedAnswers(lab)).toHaveLength(2);
    const replay = await run(await nothingHere(), ['--replay']);
    expect(await outputOf(replay, 'answer.txt')).toBe('First');
    expect((await lineOf(replay)).answered_from.run_id).toBe(first.manifest.run_id);
    const told = await run(await nothingHere(), ['--replay', '--from-run', second.manifest.run_id]);
    expect(await outputOf(told, 'answer.txt')).toBe('Second');
  });

  test.each([
    [['--replay', '--cache'], '--replay asks no model at all'],
    [['--from-run', '1a2b3c4d'], '--from-run goes with --replay'],
    [['--replay', '--from-run', '../x'], 'is not the id of a run'],
    [['--cold', '--model', 'openai:m'], 'cannot be told to start cold'],
  ])('with %s is refused in words', async (flags, words) => {
    const ran = await ai(await nothingHere(), flags, ofOllama);
    expect([64, 65]).toContain(ran.code);
    expect(ran.stderr).toContain(words);
  });
});

describe('recordings of two branches', () => {
  test('merge without a conflict, and all of them answer', async () => {
    const { env } = await scriptedModel({
      '/api/chat': ['One', 'Two', 'Three'].map((content) => lines({ message: { content } }, done())),
    });
    const spec = (prompt: string) => llmSpec({ inputs: { prompt }, config: { model: 'ollama:m' } });
    const clone = join(await temporaryFolder(), 'clone');
    await git(lab, 'clone', '-q', lab, clone);
    await run(env, [], spec('Same?'));
    await commit(lab, 'here');
    await run(env, [], spec('Same?'), clone);
    await run(env, [], spec('Other?'), clone);
    await rm(join(clone, 'spec.json'));
    await commit(clone, 'there');
    await git(lab, 'pull', '-q', '--no-rebase', '--no-edit', clone, 'HEAD');
    expect(await recordedAnswers(lab)).toHaveLength(3);
    const nowhere = await nothingHere();
    const answer = async (prompt: string) =>
      await outputOf(await run(nowhere, ['--replay'], spec(prompt)), 'answer.txt');
    expect([await answer('Same?'), await answer('Other?')]).toEqual(['One', 'Three']);
  });
});

describe('a replay', () => {
  test('is a run as any other: listed, checked, and again replayed', async () => {
    const { env } = await scriptedModel();
    await run(env, [], ofOllama);
    await rm(join(lab, '.timelab'), { recursive: true, force: true });
    const replay = await run(await nothingHere(), ['--replay']);
    expect(await timelab(['check', join(replay.folder, 'run.json')], { cwd: lab })).toMatchObject({
      code: 0,
    });
    await rm(replay.folder, { recursive: true });
    await timelab(['sync', '--quiet'], { cwd: lab });
    expect((await onlyRun(lab)).manifest.model).not.toHaveProperty('answered_from');
    await writeFile(join(lab, 'ai-recordings/README'), 'mine\n');
    await run(await nothingHere(), ['--replay']);
  });
});
