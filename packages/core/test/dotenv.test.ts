import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDotenv } from '../src/index.ts';

const read = (text: string) => {
  const reading = readDotenv(text);
  return 'values' in reading ? Object.fromEntries(reading.values) : reading.badLine;
};

describe('a file of variables', () => {
  test.each<readonly [string, string, Readonly<Record<string, string>>]>([
    ['nothing', '', {}],
    ['comments and empty lines', '# a\n\n  # b\n \t\n', {}],
    ['a value', 'A=b\n', { A: 'b' }],
    ['without a line end', 'A=b', { A: 'b' }],
    ['spaces around', '  export  A =  b c  \n', { A: 'b c' }],
    ['a comment behind', 'A=b # c\nB="d" # e\nC= # f\n', { A: 'b', B: 'd', C: '' }],
    ['a "#" in a word', 'A=b#c\nB=#d\n', { A: 'b#c', B: '#d' }],
    ['quotes', `A='b "c" \\n'\nB="d 'e'\\nf"\nC=\`g "'"\`\n`, { A: 'b "c" \\n', B: "d 'e'\nf", C: `g "'"` }],
    ['several lines', 'A="b\nc\n"\nD=e\n', { A: 'b\nc\n', D: 'e' }],
    ['line ends of Windows, and a mark before', '\ufeffA=b\r\nC=d\r\n', { A: 'b', C: 'd' }],
    ['a quote inside', 'A=it\'s\nB=5"\n', { A: "it's", B: '5"' }],
    ['the last of two', 'A=b\nA=c\n', { A: 'c' }],
    ['a name of an object’s own', '__proto__=b\n', Object.fromEntries([['__proto__', 'b']])],
  ])('%s', (_, text, values) => {
    expect(read(text)).toEqual(values);
  });

  test.each([
    ['a word alone', 'A=b\nword\n', 2],
    ['a quote that does not end', 'A=b\n\nB="c\nD=e\n', 3],
    ['something behind a quote', 'A="b" c\n', 1],
    ['a name that is none', '1A=b\n', 1],
    ['YAML', 'A: b\n', 1],
  ])('is refused with the line: %s', (_, text, line) => {
    expect(read(text)).toBe(line);
  });

  test('is read as Node reads it, but for what is said', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '=', "'", 'é', '$', '.') });
    const value = fc.oneof(
      word.filter((text) => !/^\s*['"`]/.test(text)),
      word.map((text) => `"${text}"`),
      word.map((text) => `'${text.replaceAll("'", '')}'`),
    );
    const lines = fc.array(fc.tuple(fc.constantFrom('A', 'B_1', 'export C'), value));
    fc.assert(
      fc.property(lines, (pairs) => {
        const text = pairs.map(([name, one]) => `${name}=${one}\n`).join('');
        expect(read(text)).toEqual({ ...parseEnv(text) });
      }),
    );
  });
});
