import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelAnswer } from '../src/model.ts';
import { type AiCall, type AiOutcome, beginAi, describeAi, endAi } from '../src/plans/ai.ts';
import { answerFile, outputLine } from '../src/plans/answers.ts';
import { Problem, type ProblemKind, problemKinds } from '../src/problem/problem.ts';
import { specCopy } from '../src/record/kept-files.ts';
import type { Manifest } from '../src/record/manifest.ts';
import { formatManifest, readManifest } from '../src/record/read-manifest.ts';
import { runId } from '../src/record/run-id.ts';
import { aiCall, describedModel, type Facts, facts } from './ai-calls.ts';

const start = new Date('2025-10-15T10:23:00.000Z');
const end = new Date('2025-10-15T10:23:02.481Z');
const determinism = { tier: 'T1', reasons: ['temperature 0'] } as const;
const answer: ModelAnswer = {
  text: 'Hello.',
  finishReason: 'stop',
  tokensInput: 31,
  tokensOutput: 2,
  sent: { num_predict: 512, stop: [] },
  timing: { loadMs: 120.5, firstTokenMs: 40, totalMs: 350.1234567 },
  reply: Buffer.from('Hello.'),
};
const outcome: AiOutcome = { end, durationSeconds: 2.4810001, hosts: [], answers: [answer], verdicts: [] };

const faultsOf = (manifest: Manifest) => {
  const reading = readManifest(Buffer.from(formatManifest(manifest)));
  return 'faults' in reading ? reading.faults : [];
};
const key = (one: Facts, call: Partial<AiCall> = {}, at = start) => {
  const asked = { ...aiCall(one), ...call };
  return describeAi(asked, beginAi(asked, at), describedModel(one), determinism).inputs_key;
};

describe('the record of a run', () => {
  const instant = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });

  test('is a manifest at every step, whatever is known', () => {
    const problem = fc
      .constantFrom(...(Object.keys(problemKinds) as ProblemKind[]))
      .map((kind) => new Problem(kind, 'It failed.'));
    const ways = fc.record({
      problem: fc.option(problem, { nil: undefined }),
      cancelled: fc.boolean(),
      answered: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, instant, ways, (one, at, way) => {
        const call = aiCall(one);
        const begun = beginAi(call, at);
        const described = describeAi(call, begun, describedModel(one), determinism);
        const silent = { ...outcome, answers: [] };
        const ended = endAi(described, {
          ...(way.answered ? outcome : silent),
          ...(way.problem === undefined ? {} : { problem: way.problem }),
          cancelled: way.cancelled,
        });
        expect([begun, described, ended, endAi(begun, silent)].map(faultsOf)).toEqual([[], [], [], []]);
        expect(ended.status).toBe(way.cancelled ? 'cancelled' : way.problem === undefined ? 'ok' : 'error');
        expect(ended.error?.code).toBe(way.problem?.exitCode);
        expect(ended.run_id).toBe(begun.run_id);
      }),
    );
  });

  test('begins with the id that its own facts make, and with nothing that is not known', () => {
    const call = aiCall({});
    const begun = beginAi(call, start);
    expect(begun.run_id).toBe(
      runId({
        specHash: call.specHash,
        gitSha: call.code.gitSha,
        flakeLockSha256: call.code.flakeLockSha256,
        timestampStart: '2025-10-15T10:23:00.000Z',
      }),
    );
    expect(begun).toMatchObject({ status: 'running', timestamp_end: null, artifacts: [], digests: {} });
    for (const unknown of [
      'inputs_key',
      'error',
      'metrics',
      'validation',
      'determinism',
      'clock',
      'local_time',
      'notes',
    ]) {
      expect(begun).not.toHaveProperty(unknown);
    }
    expect(JSON.stringify(begun)).not.toContain('""');
  });

  test('says that the clock was set, and the local time that was asked for', () => {
    const begun = beginAi(
      { ...aiCall({}), clockSet: true, localTime: () => '2025-10-15T12:23:00.000+02:00' },
      start,
    );
    expect(begun).toMatchObject({ clock: 'set', local_time: '2025-10-15T12:23:00.000+02:00' });
  });

  test('loses its runner when it ends, and gains what was sent and measured', () => {
    const running: Manifest = { ...beginAi(aiCall({}), start), runner: { host: '0123456789abcdef', pid: 1 } };
    const ended = endAi(running, {
      ...outcome,
      hosts: ['b:1', 'a:1'],
      verdicts: [{ check: 'min_length 1', ok: true }],
    });
    expect(ended).not.toHaveProperty('runner');
    expect(running).toHaveProperty('runner');
    expect(ended.model?.sent).toEqual({ num_predict: 512, stop: [] });
    expect(ended.network.hosts).toEqual(['a:1', 'b:1']);
    expect(ended.validation).toEqual([{ check: 'min_length 1', ok: true }]);
    expect(ended.metrics).toEqual({
      duration_seconds: 2.481,
      tokens_input: 31,
      tokens_output: 2,
      model_load_seconds: 0.1205,
      first_token_seconds: 0.04,
      model_seconds: 0.350123,
    });
  });

  test('never ends before it starts, whatever the clock', () => {
    const begun = beginAi(aiCall({}), start);
    const ends = [new Date(0), start, end].map((at) => endAi(begun, { ...outcome, end: at }).timestamp_end);
    expect(ends).toEqual([start, start, end].map((at) => at.toISOString()));
  });

  test('sums what several answers took, and says which of them no model gave', () => {
    const nameOf = (digit: string) => `${digit.repeat(64)}.20251014T102300000Z.${digit.repeat(32)}.json`;
    const path = '2025/10/14/ai-team/artifacts/x';
    const from = { runId: 'a'.repeat(64), path, recording: nameOf('b') };
    const { timing: _, ...untimed } = answer;
    const recorded = { ...untimed, recordedIn: from };
    const described = describeAi(aiCall({}), beginAi(aiCall({}), start), describedModel({}), determinism);
    const mixed = endAi(described, { ...outcome, answers: [recorded, answer, recorded] });
    expect(faultsOf(mixed)).toEqual([]);
    expect(mixed.metrics).toMatchObject({
      tokens_input: 93,
      tokens_output: 6,
      answers: 3,
      answers_recorded: 2,
      model_seconds: 0.350123,
    });
    expect(mixed.model?.recordings).toEqual([nameOf('b'), null, nameOf('b')]);
    const kept = endAi(described, { ...outcome, answers: [{ ...answer, keptAs: nameOf('c') }] });
    expect(kept.model?.recordings).toEqual([nameOf('c')]);
    expect(endAi(described, outcome).model).not.toHaveProperty('recordings');
    expect(mixed.model?.answered_from).toEqual([{ run_id: from.runId, path: from.path, answers: 2 }]);
    expect(mixed.determinism).toMatchObject({
      tier: 'T3',
      reasons: [expect.stringContaining('2 of 3'), 'temperature 0'],
    });
    const all = endAi(described, { ...outcome, answers: [recorded] });
    expect(Object.keys(all.metrics ?? {}).sort()).toEqual([
      'answers_recorded',
      'duration_seconds',
      'tokens_input',
      'tokens_output',
    ]);
    expect(all.determinism).toMatchObject({ tier: 'T3', reasons: [expect.stringMatching(/^No model/)] });
    expect(endAi(described, outcome).determinism).toEqual(determinism);
    expect(endAi(described, outcome).model).not.toHaveProperty('answered_from');
  });

  test('leaves counts out that the backend did not give', () => {
    const { tokensInput: _, tokensOutput: __, ...uncounted } = answer;
    const { metrics } = endAi(beginAi(aiCall({}), start), {
      ...outcome,
      answers: [{ ...uncounted, timing: { totalMs: 1 } }],
    });
    expect(Object.keys(metrics ?? {}).sort()).toEqual(['duration_seconds', 'model_seconds']);
  });
});

describe('inputs_key', () => {
  test('is the same for the same work, whenever, wherever and by whatever name', () => {
    fc.assert(
      fc.property(facts, (one) => {
        const { inputs, spec } = aiCall(one);
        const moved = inputs.map((input) =>
          input.path === specCopy ? { ...input, source: 'b.json', sha256: 'f'.repeat(64) } : input,
        );
        const otherwise = {
          name: 'other',
          specPath: 'elsewhere/b.json',
          specHash: 'f'.repeat(64),
          cmd: 'timelab ai --spec elsewhere/b.json',
          clockSet: true,
          spec: { ...spec, name: 'other', description: 'Other words.', tags: ['x'], metadata: { a: 1 } },
          inputs: moved,
        };
        expect(key(one, otherwise, new Date(0))).toBe(key(one));
      }),
    );
  });

  test('is another if any one thing is another that shapes the answer', () => {
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        for (const [fact, value] of Object.entries(other)) {
          const changed = { ...one, [fact]: value };
          const same = JSON.stringify(changed) === JSON.stringify(one);
          expect(key(changed) === key(one), `${fact}: ${value}`).toBe(same);
        }
      }),
    );
  });

  test.each(Object.keys(aiCall({}).request.params))('knows %s', (name) => {
    const call = aiCall({});
    const params = { ...call.request.params, [name]: 0.123 };
    expect(key({}, { request: { ...call.request, params } })).not.toBe(key({}));
  });

  test('knows the checks, the format and the schema that the answer is held to', () => {
    const call = aiCall({});
    const { request, spec } = call;
    const others: Partial<AiCall>[] = [
      { request: { ...request, format: 'json' } },
      { request: { ...request, jsonSchema: {} } },
      { spec: { ...spec, validation: { ...spec.validation, min_length: 1 } } },
    ];
    expect(new Set([key({}), ...others.map((other) => key({}, other))]).size).toBe(4);
  });
});

describe('what is written beside the record', () => {
  test('output.jsonl has one line of canonical JSON, without anything that time changes', () => {
    const { request } = aiCall({ seed: 7 });
    const line = outputLine(0, request, answer);
    expect(line).toBe(
      '{"finish_reason":"stop","index":0,"seed":7,"text":"Hello.","usage":{"tokens_input":31,"tokens_output":2}}\n',
    );
    expect(outputLine(0, request, { ...answer, timing: { totalMs: 9 } })).toBe(line);
  });

  test('a line of a recorded answer says where it came from, whatever else is the same', () => {
    const { request } = aiCall({});
    const from = { runId: 'a'.repeat(64), path: 'p', recording: 'r.json' };
    const line = JSON.parse(outputLine(0, request, { ...answer, recordedIn: from }));
    expect(line).toEqual({
      ...JSON.parse(outputLine(0, request, answer)),
      answered_from: { run_id: from.runId, recording: 'r.json' },
    });
  });

  test('an answer of any text is one line, half a surrogate pair as UTF-8 has it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = outputLine(0, aiCall({}).request, { ...answer, text: `${text}\n\ud800` });
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line).text).toBe(Buffer.from(`${text}\n\ud800`).toString('utf8'));
      }),
    );
  });

  test('the file of the answer is named by its format', () => {
    expect((['text', 'markdown', 'json'] as const).map(answerFile)).toEqual([
      'output/answer.txt',
      'output/answer.md',
      'output/answer.json',
    ]);
  });
});
