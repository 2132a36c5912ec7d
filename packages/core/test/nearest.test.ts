import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest } from '../src/problem/nearest.ts';

const keys = [
  'model',
  'temperature',
  'top_p',
  'seed',
  'max_tokens',
  'stop',
  'format',
  'stream',
  'context_length',
];

describe('nearest', () => {
  test.each([
    ['temprature', 'temperature'],
    ['temparature', 'temperature'],
    ['tempreature', 'temperature'],
    ['TEMPERATURE', 'temperature'],
    ['maxTokens', 'max_tokens'],
    ['max-tokens', 'max_tokens'],
    ['sede', 'seed'],
    ['topp', 'top_p'],
    ['stpo', 'stop'],
    ['contextlength', 'context_length'],
  ])('%s is a slip of %s', (word, meant) => {
    expect(nearest(word, keys)).toBe(meant);
  });

  test.each(['colour', 'x', '', 'num_predict', 'repeat_penalty', 'mode_of_travel', 't'.repeat(100_000)])(
    '%.20s is near to none',
    (word) => {
      expect(nearest(word, keys)).toBeUndefined();
    },
  );

  test('one slip in a word of four letters or more is found', () => {
    const slip = fc.constantFrom(...keys).chain((word) =>
      fc.record({
        word: fc.constant(word),
        at: fc.nat(word.length - 1),
        kind: fc.constantFrom('drop', 'double', 'swap', 'change'),
      }),
    );
    fc.assert(
      fc.property(slip, ({ word, at, kind }) => {
        expect(nearest(slipped(word, at, kind), keys)).toBe(word);
      }),
    );
  });
});

function slipped(word: string, at: number, kind: string): string {
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  if (kind === 'drop') return before + after;
  if (kind === 'double') return before + letter + letter + after;
  if (kind === 'swap') return before + after.slice(0, 1) + letter + after.slice(1);
  return `${before}#${after}`;
}
