import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffWords, type Piece } from '../src/compare/word-diff.ts';

const side = (pieces: readonly Piece[], other: Piece['kind']) =>
  pieces
    .filter(({ kind }) => kind !== other)
    .map(({ text }) => text)
    .join('');
const shown = (pieces: readonly Piece[]) =>
  pieces
    .map(({ kind, text }) => ({ same: text, removed: `[-${text}-]`, added: `{+${text}+}` })[kind])
    .join('');

describe('two texts laid over each other', () => {
  test.each([
    ['the capital is Paris.', 'the capital is Lyon.', 'the capital is [-Paris-]{+Lyon+}.'],
    ['a b c', 'a c', 'a [-b -]c'],
    ['a c', 'a b c', 'a {+b +}c'],
    ['one, two', 'one two', 'one[-,-] two'],
    ['', 'new', '{+new+}'],
    ['old', '', '[-old-]'],
    ['same', 'same', 'same'],
    ['', '', ''],
    ['naïve café', 'naïve thé', 'naïve [-café-]{+thé+}'],
    ['a\nb\n', 'a\nc\n', 'a\n[-b-]{+c+}\n'],
    ['x y x y', 'y x y x', '[-x -]y x y{+ x+}'],
  ])('%j and %j', (a, b, expected) => {
    expect(shown(diffWords(a, b))).toBe(expected);
  });

  const words = fc.array(fc.constantFrom('a', 'b', 'c', ' ', ' ', ',', '\n', '😀', 'é'), { maxLength: 60 });
  const text = fc.oneof(
    words.map((list) => list.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );

  test('give both texts back, whatever they are', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const pieces = diffWords(a, b);
        expect(side(pieces, 'added')).toBe(a);
        expect(side(pieces, 'removed')).toBe(b);
        expect(pieces.filter((one) => one.text === '')).toEqual([]);
      }),
    );
  });

  test('change no more words than have to be', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const kept = diffWords(a.join(''), b.join('')).filter(({ kind }) => kind === 'same');
        const length = tokens(kept.map(({ text }) => text).join(''), kept);
        expect(length).toBe(longestCommon(cut(a.join('')), cut(b.join(''))));
      }),
    );
  });

  test('far apart are given as two, in no long time', () => {
    const [a, b] = [0, 1].map((start) =>
      Array.from({ length: 60_000 }, (_, at) => `${start}${at}`).join(' '),
    );
    const before = process.cpuUsage();
    const pieces = diffWords(`x ${a} y`, `x ${b} y`);
    expect(pieces.map(({ kind }) => kind)).toEqual(['same', 'removed', 'added', 'same']);
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });
});

const cut = (text: string) => text.match(/[\p{L}\p{M}\p{N}_]+|\s+|./gsu) ?? [];

/** How many tokens of the texts are in the pieces; each piece begins and ends where a token does. */
const tokens = (_: string, pieces: readonly Piece[]) =>
  pieces.reduce((sum, { text }) => sum + cut(text).length, 0);

/** The length of the longest common subsequence, by the textbook's table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0);
  for (const one of a) {
    let [left, corner] = [0, 0];
    row = row.map((above, at) => {
      const here = one === b[at] ? corner + 1 : Math.max(above, left);
      [corner, left] = [above, here];
      return here;
    });
  }
  return row.at(-1) ?? 0;
}
