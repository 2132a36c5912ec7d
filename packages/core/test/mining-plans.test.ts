import { describe, expect, test } from 'vitest';
import { beginMine, endMine, type MineCall, miningKey } from '../src/plans/mine.ts';
import { wantsOf } from '../src/plans/mining-wants.ts';
import { commitFolder, miningFlags, oneCommit, planMining } from '../src/plans/mining-work.ts';
import { Problem } from '../src/problem/problem.ts';
import { fileList } from '../src/record/kept-files.ts';
import { readManifest } from '../src/record/read-manifest.ts';
import { runId } from '../src/record/run-id.ts';
import { commitFiles } from '../src/spec/mining-spec.ts';
import { readSpecValue } from '../src/spec/read-spec.ts';
import type { AnalysisSpec, MiningSpec } from '../src/spec/spec.ts';

function specOf<S extends MiningSpec | AnalysisSpec = MiningSpec>(more: object = {}): S {
  const reading = readSpecValue({
    kind: 'mining',
    version: '1.0',
    inputs: { repository: { path: '.' } },
    ...more,
  } as never);
  if (!('spec' in reading)) throw new Error(JSON.stringify(reading.faults));
  return reading.spec as S;
}

describe('what a spec has made', () => {
  test('is all there is, if nothing is said', () => {
    expect(planMining(specOf())).toMatchObject({
      files: commitFiles,
      patches: false,
      csv: false,
      summary: true,
      patterns: true,
    });
  });

  test.each<[name: string, more: object, made: object]>([
    [
      'no page without a summary',
      { config: { analyze: { generate_summary: false } } },
      { files: commitFiles.slice(0, 4), summary: false, patterns: true },
    ],
    [
      'nothing of py_post in an extraction',
      { kind: 'extraction' },
      { files: commitFiles.slice(0, 4), summary: false, patterns: false },
    ],
    [
      'patches in one file where there are no folders',
      { output: { format: 'json' } },
      { files: [], patches: true, csv: false },
    ],
    ['tables', { output: { format: 'csv' } }, { files: [], patches: true, csv: true }],
    [
      'no patches without diffs',
      { output: { format: 'csv' }, config: { include_full_diff: false } },
      { patches: false },
    ],
    [
      'each file once',
      { output: { per_commit_files: ['commit.json', 'commit.json'] } },
      { files: ['commit.json'] },
    ],
  ])('%s', (_name, more, made) => {
    expect(planMining(specOf(more))).toMatchObject(made);
  });

  test('lies in a folder named by 12 digits', () => {
    expect(commitFolder('0123456789abcdef'.repeat(4))).toBe('commit_0123456789ab');
  });
});

describe('what a spec wants', () => {
  test('a branch is where the walk begins, the rest of the filter is conditions', () => {
    const inputs = { repository: { path: 'x' }, filter: { branch: 'b', author: 'a', since: '2025-01-01' } };
    const wants = wantsOf(specOf({ inputs, config: { limit: 7 } }), 'm');
    expect(wants).toMatchObject({
      revision: 'b',
      limit: 7,
      filter: { author: 'a', since: '2025-01-01' },
      commits: [],
    });
    expect(wants.filter).not.toHaveProperty('branch');
    expect(wants).not.toHaveProperty('words');
    expect(wantsOf(specOf(), 'm')).not.toHaveProperty('revision');
  });

  test('words by the model that it names, or by the usual one', () => {
    const words = (llm_analysis: object) =>
      wantsOf(specOf({ config: { analyze: { llm_analysis } } }), 'usual').words;
    expect(words({ enabled: true })).toEqual({ model: 'usual' });
    expect(words({ enabled: true, model: 'ollama:m', prompt_template: '{id}' })).toEqual({
      model: 'ollama:m',
      template: '{id}',
    });
    expect(words({ enabled: false, model: 'ollama:m' })).toBeUndefined();
  });

  test('one commit, of the lab itself if no repository is named', () => {
    const spec = specOf<AnalysisSpec>({ kind: 'analysis', inputs: { commit: 'v1' } });
    expect(wantsOf(spec, 'usual')).toMatchObject({
      repository: { path: '.' },
      revision: 'v1',
      limit: 1,
      work: oneCommit,
    });
    expect(wantsOf(spec, 'usual')).not.toHaveProperty('words');
  });
});

const digest = (digit: string) => digit.repeat(64);

function callOf(more: Partial<MineCall> = {}): MineCall {
  const spec = specOf();
  const work = planMining(spec);
  return {
    spec,
    work,
    name: 'mine-x',
    specPath: 'input/spec.json',
    specHash: digest('1'),
    cmd: 'timelab mine',
    inputs: [],
    code: {
      gitSha: 'a'.repeat(40),
      flakeLockSha256: digest('0'),
      notes: ['There is no flake.lock: it is zeros.'],
    },
    environment: {
      system: 'x86_64-linux',
      apps: ['timelab@0.1.0'],
      tools: { git: '2.39.5', rust_extractor: '0.1.0' },
    },
    allowNet: false,
    clockSet: false,
    history: {
      repository: { path: 'x' },
      head: 'b'.repeat(40),
      object_format: 'sha1',
      shallow: false,
      commits: 3,
      ids_sha256: digest('2'),
      flags: miningFlags(work),
    },
    ...more,
  };
}

describe('the key of equal work', () => {
  const call = callOf();
  const { history } = call;
  const key = miningKey(call);

  test.each<[what: string, more: Partial<MineCall>]>([
    ['the lab’s code', { code: { ...call.code, gitSha: 'c'.repeat(40) } }],
    ['the words that asked', { cmd: 'timelab mine --limit 3', specHash: digest('9'), name: 'other' }],
    ['where the repository lay', { history: { ...history, repository: { url: 'https://example.org/x' } } }],
    ['where the walk began', { history: { ...history, head: 'd'.repeat(40) } }],
    ['the network', { allowNet: true }],
  ])('does not change with %s', (_what, more) => {
    expect(miningKey(callOf(more))).toBe(key);
  });

  test.each<[what: string, more: Partial<MineCall>]>([
    ['the commits', { history: { ...history, ids_sha256: digest('3') } }],
    ['a flag', { history: { ...history, flags: { ...history.flags, rename_limit: 2 } } }],
    ['the end of a shallow history', { history: { ...history, shallow: true } }],
    ['the commits that it ends at', { history: { ...history, ends_sha256: digest('4') } }],
    ['what is made', { work: planMining(specOf({ output: { format: 'csv' } })) }],
    [
      'a program',
      { environment: { ...call.environment, tools: { git: '2.40.0', rust_extractor: '0.1.0' } } },
    ],
    ['the kind', { spec: specOf({ kind: 'extraction' }) }],
  ])('changes with %s', (_what, more) => {
    expect(miningKey(callOf(more))).not.toBe(key);
  });
});

describe('the record of a mined history', () => {
  const start = new Date('2025-10-15T10:23:00.000Z');
  const begun = beginMine(callOf(), start);

  test('begins with all that is known, by an id that anybody can work out', () => {
    const parts = { specHash: digest('1'), gitSha: 'a'.repeat(40), flakeLockSha256: digest('0') };
    expect(begun.run_id).toBe(runId({ ...parts, timestampStart: '2025-10-15T10:23:00.000Z' }));
    expect(begun).toMatchObject({ status: 'running', file_list: fileList, inputs_key: miningKey(callOf()) });
    const packed = planMining(specOf({ output: { format: 'json' } }));
    expect(beginMine(callOf({ work: packed }), start)).not.toHaveProperty('file_list');
  });

  test('ends with what came out, and is a good one', () => {
    const ended = endMine(begun, {
      end: new Date('2025-10-15T10:23:02.000Z'),
      durationSeconds: 2,
      hosts: ['b.example', 'a.example'],
      streamSha256: digest('4'),
      tools: { py_post: '0.1.0' },
      notes: ['A note.'],
      fetches: 1,
      answers: [{ text: 'a', finishReason: 'stop', tokensInput: 5, sent: { seed: 0 } }],
    });
    expect(ended).toMatchObject({
      status: 'ok',
      history: { stream_sha256: digest('4'), fetches: 1, ids_sha256: digest('2') },
      env: { tools: { git: '2.39.5', rust_extractor: '0.1.0', py_post: '0.1.0' } },
      metrics: { duration_seconds: 2, commits: 3, tokens_input: 5 },
      network: { hosts: ['a.example', 'b.example'] },
      notes: ['There is no flake.lock: it is zeros.', 'A note.'],
    });
    expect(ended.metrics).not.toHaveProperty('tokens_output');
    expect(readManifest(new TextEncoder().encode(JSON.stringify(ended)))).toHaveProperty('manifest');
  });

  test('ends cancelled, or as an error with its kind', () => {
    const ending = { end: start, durationSeconds: 0, hosts: [] };
    const problem = new Problem('tool_failed', 'It broke.');
    expect(endMine(begun, { ...ending, problem })).toMatchObject({
      status: 'error',
      error: { kind: 'tool_failed', code: 70 },
    });
    expect(endMine(begun, { ...ending, problem, cancelled: true }).status).toBe('cancelled');
    expect(endMine(begun, ending).history).not.toHaveProperty('stream_sha256');
  });
});
