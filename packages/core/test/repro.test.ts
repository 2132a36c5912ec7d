import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerFiles, compared, hindered, hindranceOf, isAnswered } from '../src/plans/repro.ts';
import type { RunFactor } from '../src/record/repro-record.ts';
import { repro } from '../src/record/repro-record.ts';
import { asked, mined } from './compared-runs.ts';

const side = { bytes: 3, sha256: 'a'.repeat(64) };
const parting = (file: string) => ({ file, line: 1, byte: 0, parent: side, run: side });
const factors = fc.uniqueArray(
  fc.constantFrom<RunFactor>('spec', 'inputs', 'model', 'engine', 'settings', 'code', 'environment'),
);

describe('a verdict', () => {
  test('is the same without causes, whatever has changed', () => {
    fc.assert(
      fc.property(factors, (changed) => {
        expect(compared(changed, undefined)).toEqual({ verdict: 'same', changed, causes: [] });
      }),
    );
  });

  test('is different by what has changed, or by nothing that a record shows', () => {
    fc.assert(
      fc.property(factors, (changed) => {
        const told = compared(changed, parting('output/answer.txt'));
        expect(repro().parse(told)).toEqual(told);
        expect(told.causes).toEqual(changed.length === 0 ? ['nondeterminism'] : changed);
      }),
    );
  });

  test('on records of commits blames no model', () => {
    const { causes } = compared(['model', 'engine', 'environment'], parting('output/commits.jsonl'));
    expect(causes).toEqual(['environment']);
    expect(compared(['model'], parting('output/commits.jsonl')).causes).toEqual(['nondeterminism']);
  });

  test('that cannot be told names what stands in the way', () => {
    expect(hindered(['code'], 'model')).toEqual({
      verdict: 'cannot_tell',
      changed: ['code'],
      causes: ['model'],
    });
    expect(hindranceOf('weights_invalid')).toBe('model');
    expect(hindranceOf('usage')).toBeUndefined();
  });
});

describe('a record has an answer', () => {
  test('where its run went well, or failed its checks alone', () => {
    const error = { code: 65, message: '', hint: '' };
    expect(isAnswered({ status: 'ok' })).toBe(true);
    expect(isAnswered({ status: 'error', error: { ...error, kind: 'validation_failed' } })).toBe(true);
    expect(isAnswered({ status: 'error', error: { ...error, kind: 'digest_changed' } })).toBe(false);
    expect(isAnswered({ status: 'running' })).toBe(false);
  });

  test('where it has the digest of what its kind has to leave', () => {
    const digests = { 'output/commits.jsonl': 'a', 'output/output.jsonl': 'b' };
    expect(answerFiles({ ...asked, digests })).toEqual(Object.keys(digests));
    expect(answerFiles({ ...asked, digests: { 'output/commits.jsonl': 'a' } })).toBeUndefined();
    expect(answerFiles({ ...mined, digests: { 'output/output.jsonl': 'b' } })).toBeUndefined();
    expect(answerFiles({ ...mined, digests: { 'output/commits.jsonl': 'a' } })).toEqual([
      'output/commits.jsonl',
    ]);
  });
});
