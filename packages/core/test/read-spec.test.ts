import { describe, expect, test } from 'vitest';
import type { Json } from '../src/json/canonical-json.ts';
import { MOST_FAULTS } from '../src/problem/faults.ts';
import { Problem } from '../src/problem/problem.ts';
import { readSpec, readSpecValue, requireSpec } from '../src/spec/read-spec.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const faultsOf = (value: Json) => {
  const reading = readSpecValue(value);
  return 'faults' in reading ? reading.faults : [];
};
const llm = (changes: { [key: string]: Json }) => ({
  kind: 'llm',
  version: '1.0',
  inputs: { prompt: 'Say hello.' },
  ...changes,
});

describe('readSpec', () => {
  test('fills in the defaults that are written down', () => {
    expect(readSpec(bytes(JSON.stringify(llm({}))))).toMatchObject({
      spec: {
        allow_net: false,
        tags: [],
        config: {
          model: 'llamacpp:smollm2',
          temperature: 0,
          top_p: 1,
          seed: 0,
          max_tokens: 512,
          format: 'text',
        },
      },
    });
  });

  test('a slip in a key is told with its place and what was meant', () => {
    expect(faultsOf(llm({ config: { temprature: 0.5 } }))).toEqual([
      { pointer: '/config/temprature', reason: 'is not a key that belongs here', suggestion: 'temperature' },
    ]);
  });

  test('all faults are told at once: of the JSON, of the schema and of the meaning', () => {
    const reading = readSpec(
      bytes(`{"kind":"llm","version":"1.0","name":"a","name":"b","metadata":{"n":1e999},
        "inputs":{"prompt":5,"file":[]},"config":{"temprature":1,"top_p":0},"validation":{"min_length":2,"max_length":1}}`),
    );
    const pointers = 'faults' in reading ? reading.faults.map(({ pointer }) => pointer) : [];
    expect(pointers.sort()).toEqual(
      [
        ...['/config/temprature', '/config/top_p', '/inputs/file', '/inputs/prompt', '/metadata/n', '/name'],
        '/validation/min_length',
      ].sort(),
    );
  });

  test('a place that could not be read is told once', () => {
    const reading = readSpec(
      bytes('{"kind":"llm","version":"1.0","inputs":{"prompt":"x"},"config":{"seed":1e999}}'),
    );
    expect(reading).toEqual({
      faults: [{ pointer: '/config/seed', reason: 'is 1e999, a number too large to be held' }],
    });
  });

  test.each([
    [{ kind: 'lm', version: '1.0' }, '/kind', 'llm'],
    [{ kind: 'Analysis', version: '1.0' }, '/kind', 'analysis'],
    [{ kind: 'chat', version: '1.0' }, '/kind', undefined],
    [{ kind: ['llm'], version: '1.0' }, '/kind', undefined],
    [{ version: '1.0' }, '/kind', undefined],
    [{ kind: 'toString' }, '/kind', undefined],
    [{ kind: '__proto__' }, '/kind', undefined],
    [[], '', undefined],
    [null, '', undefined],
    ['llm', '', undefined],
    [1, '', undefined],
  ])('%j is of no kind', (value, pointer, suggestion) => {
    const [fault, ...others] = faultsOf(value as Json);
    expect(others).toEqual([]);
    expect(fault?.pointer).toBe(pointer);
    expect(fault?.suggestion).toBe(suggestion);
  });

  test('what is missing is said to be missing, whatever it should have been', () => {
    expect(faultsOf({ kind: 'llm' })).toEqual([
      { pointer: '/version', reason: 'is missing' },
      { pointer: '/inputs', reason: 'is missing' },
    ]);
  });

  test('pointers name keys with slashes, tildes and nothing in them', () => {
    const pointers = faultsOf(llm({ 'a/b~c': 1, '': 2 })).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['/', '/a~1b~0c']);
  });

  test.each([
    [{ repository: { path: '.' } }, 0],
    [{ repository: { url: 'https://git.example/a.git' } }, 0],
    [{ repository: { owner: 'a', name: 'b' } }, 0],
    [{ repository: {} }, 1],
    [{ repository: { owner: 'a' } }, 1],
    [{ repository: { name: 'b', path: '.' } }, 1],
    [{ repository: { owner: 'a', name: 'b', path: '.' } }, 1],
    [{ repository: { url: 'a', path: '.' } }, 1],
  ])('%j names a repository in one way: %i faults', (inputs, count) => {
    for (const kind of ['mining', 'extraction']) {
      expect(faultsOf({ kind, version: '1.0', inputs })).toHaveLength(count);
    }
    expect(
      faultsOf({ kind: 'analysis', version: '1.0', inputs: { ...inputs, commit: 'HEAD' } }),
    ).toHaveLength(count);
  });

  test('lengths are code points: 64 letters beyond the basic plane fit where 64 do', () => {
    expect(faultsOf(llm({ tags: ['😀'.repeat(64)] }))).toEqual([]);
    expect(faultsOf(llm({ tags: ['😀'.repeat(65)] }))).toEqual([
      { pointer: '/tags/0', reason: 'must be at most 64 characters long' },
    ]);
    expect(faultsOf(llm({ config: { model: `a${'😀'.repeat(255)}` } }))).toEqual([]);
    expect(faultsOf(llm({ config: { model: `a${'😀'.repeat(256)}` } }))).toHaveLength(1);
  });

  test('metadata is free', () => {
    expect(faultsOf(llm({ metadata: { constructor: 1, toString: [null], '': { a: {} } } }))).toEqual([]);
  });

  test('a flood of unknown keys is answered with the first of them', () => {
    const flood = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`key${at}`, 1]));
    const faults = faultsOf(llm(flood));
    expect(faults).toHaveLength(MOST_FAULTS + 1);
    expect(faults.at(-1)).toEqual({
      pointer: '',
      reason: `has more faults than the ${MOST_FAULTS} told here`,
    });
  });

  test('values in reasons are shown as JSON and cut', () => {
    const [fault] = faultsOf(llm({ name: '\u001b[31m\u007f\u009b'.repeat(100) }));
    expect(fault?.reason).toMatch(/^is "\\u001b\[31m/);
    expect(fault?.reason.length).toBeLessThan(200);
    expect(fault?.reason).not.toMatch(/\p{Cc}/u);
  });
});

test('requireSpec throws every fault with the name of the file', () => {
  expect(requireSpec(bytes(JSON.stringify(llm({}))), 'a.json').kind).toBe('llm');
  const asked = () => requireSpec(bytes('{"kind":"llm"}'), 'day/a.json');
  expect(asked).toThrow(Problem);
  expect(asked).toThrow(
    expect.objectContaining({
      kind: 'spec_invalid',
      message: 'day/a.json is not a valid spec.',
      exitCode: 65,
    }),
  );
});
