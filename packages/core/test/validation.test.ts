import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { Json } from '../src/json/canonical-json.ts';
import { answerLimits, checkAnswer, type SchemaCheck } from '../src/validation.ts';
import { readLlmSpec } from './llm-specs.ts';

const bySchema: SchemaCheck = (schema, value) => {
  const validate = new Ajv({ allErrors: true }).compile({ ...schema });
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

const verdicts = (
  validation: { [key: string]: Json },
  answer: string,
  config: { [key: string]: Json } = {},
) => checkAnswer(readLlmSpec({ validation, config }), answer, bySchema);
const failed = (...asked: Parameters<typeof verdicts>) =>
  verdicts(...asked)
    .filter(({ ok }) => !ok)
    .map(({ check, detail }) => [check, detail]);

describe('checkAnswer', () => {
  test('asks nothing where the spec asks nothing', () => {
    expect(verdicts({}, '')).toEqual([]);
  });

  test.each([
    [{ min_length: 3 }, 'abc', 'ab', ['min_length 3', 'has 2']],
    [{ max_length: 3 }, 'abc', 'abcd', ['max_length 3', 'has 4']],
    [{ min_length: 0, max_length: 0 }, '', 'a', ['max_length 0', 'has 1']],
    [{ must_contain: ['yes'] }, 'oh yes', 'YES', ['must_contain "yes"', undefined]],
    [
      { must_not_contain: ['As an AI'] },
      'As a person',
      'As an AI,',
      ['must_not_contain "As an AI"', undefined],
    ],
    [{ must_contain: ['a.*b'] }, 'a.*b', 'a--b', ['must_contain "a.*b"', undefined]],
  ])('%j', (validation, good, bad, verdict) => {
    expect(failed(validation, good)).toEqual([]);
    expect(failed(validation, bad)).toEqual([verdict]);
  });

  test('counts code points, not UTF-16 code units', () => {
    expect(failed({ max_length: 2 }, '😀😀')).toEqual([]);
    expect(failed({ min_length: 3 }, '😀😀')).toEqual([['min_length 3', 'has 2']]);
    expect(failed({ max_length: 1 }, 'e\u0301')).toEqual([['max_length 1', 'has 2']]);
  });

  test('an answer of format json is JSON', () => {
    expect(verdicts({}, '{"a": 1}', { format: 'json' })).toEqual([{ check: 'json', ok: true }]);
    expect(verdicts({}, 'null', { format: 'json' })).toEqual([{ check: 'json', ok: true }]);
    expect(failed({}, '```json\n{}\n```', { format: 'json' })).toEqual([['json', 'the answer is not JSON']]);
    expect(failed({}, '', { format: 'json' })).toEqual([['json', 'the answer is not JSON']]);
  });

  test('a JSON Schema is held against the answer whatever its format', () => {
    const json_schema = { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } };
    expect(verdicts({ json_schema }, '{"a":1}')).toEqual([
      { check: 'json', ok: true },
      { check: 'json_schema', ok: true },
    ]);
    expect(failed({ json_schema }, '{"a":"1"}')).toEqual([['json_schema', '/a must be integer']]);
    expect(failed({ json_schema }, 'one')).toEqual([['json', 'the answer is not JSON']]);
  });

  test('of many faults the first 20 are told, and how many others there are', () => {
    const items = Array.from({ length: 20 }, (_, at) => `/${at} must be string`).join('; ');
    const answer = (length: number) => JSON.stringify(Array.from({ length }, () => 0));
    const json_schema = { type: 'array', items: { type: 'string' } };
    expect(failed({ json_schema }, answer(20))).toEqual([['json_schema', items]]);
    expect(failed({ json_schema }, answer(40_000))).toEqual([['json_schema', `${items}; and 39980 more`]]);
  });

  test('a fault is told in words that a record can hold, whatever the keys of the answer', () => {
    const json_schema = { type: 'object', additionalProperties: { type: 'string' } };
    const [[, long = ''] = []] = failed({ json_schema }, `{"${'😀'.repeat(100_000)}": 1}`);
    expect(long.length).toBe(300);
    expect(long.isWellFormed()).toBe(true);
    expect(failed({ json_schema }, '{"\\ud800": 1}')).toEqual([['json_schema', '/\ufffd must be string']]);
  });

  test('an answer that is too deep or too long is not looked at as JSON', () => {
    const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const told = (answer: string) => failed({ json_schema: {} }, answer);
    expect(told(deep(64))).toEqual([]);
    expect(told(deep(65))).toEqual([['json', 'the answer is more than 64 deep']]);
    expect(told(deep(200_000))).toEqual([['json', 'the answer is more than 64 deep']]);
    const long = `"${'x'.repeat(answerLimits.characters)}"`;
    expect(told(long)).toEqual([['json', 'the answer is more than 16777216 characters long']]);
  });

  test('every check is made, none stops the others', () => {
    const asked = {
      min_length: 5,
      max_length: 9,
      must_contain: ['x', 'a'],
      must_not_contain: ['b'],
      json_schema: {},
    };
    expect(verdicts(asked, 'ab').map(({ ok }) => ok)).toEqual([false, true, false, true, false, false]);
  });
});
