import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../src/json/canonical-json.ts';
import { readJson, specLimits, toPointer } from '../src/json/strict-json.ts';
import { MOST_FAULTS } from '../src/problem/faults.ts';
import { accepted, refused, refusedBeyondParse } from './json-texts.ts';
import { jsonValue, withoutMinusZero } from './json-values.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readJson(encode(text), specLimits);
const accepts = (text: string) => read(text).faults.length === 0;

describe('one text', () => {
  test.each(accepted)('%j is read', (text) => {
    expect(read(text)).toEqual({ value: JSON.parse(text), faults: [] });
  });

  test.each(refused)('%j is refused, as JSON.parse refuses it', (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(accepts(text)).toBe(false);
  });

  test.each(refusedBeyondParse)('%j is refused, though JSON.parse takes it', (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(accepts(text)).toBe(false);
  });

  test('64 deep is read, 65 deep is refused at its place', () => {
    expect(accepts(`${'['.repeat(64)}${']'.repeat(64)}`)).toBe(true);
    expect(read('['.repeat(65)).faults[0]?.pointer).toBe('/0'.repeat(64));
  });

  test('1 MiB is read, a byte more is refused unread', () => {
    const text = JSON.stringify('a'.repeat(specLimits.bytes - 2));
    expect(accepts(text)).toBe(true);
    expect(read(`${text} `).faults).toEqual([
      { pointer: '', reason: 'is 1048577 bytes long; at most 1048576 are read' },
    ]);
  });

  test.each([
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x31], 'byte order mark'],
    ['UTF-16, little end first', [0xff, 0xfe, 0x31, 0x00], 'UTF-16'],
    ['UTF-16, big end first', [0xfe, 0xff, 0x00, 0x31], 'UTF-16'],
    ['Latin-1', [0x22, 0xe9, 0x22], 'not UTF-8'],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], 'not UTF-8'],
    ['a surrogate as UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22], 'not UTF-8'],
    ['half a character', [0x22, 0xe2, 0x82, 0x22], 'not UTF-8'],
  ])('%s is named', (_, bytes, reason) => {
    expect(readJson(Uint8Array.from(bytes), specLimits).faults).toEqual([
      { pointer: '', reason: expect.stringContaining(reason) },
    ]);
  });

  test('every fault that can be passed over is told at once, with its pointer', () => {
    const { faults } = read('{"a":1,"a":[1e999,"\\ud800"],"b~/":{"__proto__":0,"n":99999999999999999999}}');
    expect(faults.map(({ pointer }) => pointer)).toEqual([
      '/a',
      '/a/0',
      '/a/1',
      '/b~0~1/__proto__',
      '/b~0~1/n',
    ]);
  });

  test('the line and column of a fault are told', () => {
    expect(read('{\n  "a": 1,\n  b: 2\n}').faults[0]?.reason).toMatch(/\(line 3, column 3\)$/);
    expect(read('{"a": 1').faults[0]?.reason).toBe('ends too early (line 1, column 8)');
  });

  test('a prototype is never touched', () => {
    const { value } = read('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}');
    expect((value as { admin?: unknown }).admin).toBeUndefined();
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  test('texts of megabytes, of escapes and never closed, take no more stack than short ones', () => {
    const limits = { bytes: 20_000_000, depth: 64 };
    const long = 'a'.repeat(9_000_000);
    expect(readJson(encode(`"${long}"`), limits).value).toBe(long);
    expect(readJson(encode(`"${long}`), limits).faults).toHaveLength(1);
    expect(readJson(encode(`"${'\\n'.repeat(4_000_000)}\\x"`), limits).faults).toHaveLength(1);
    expect(readJson(encode(`${'9'.repeat(4_000_000)}`), limits).faults[0]?.reason.length).toBeLessThan(200);
  });

  test('no more faults are told than a person reads', () => {
    const { faults } = read(`{${'"a":1,'.repeat(100_000)}"b":1}`);
    expect(faults).toHaveLength(MOST_FAULTS + 1);
    expect(faults.at(-1)?.reason).toMatch(/more faults/);
  });
});

describe('any text', () => {
  test('what JSON.stringify writes is read back', () => {
    fc.assert(
      fc.property(jsonValue.filter(isExact), (value) => {
        expect(read(JSON.stringify(value))).toEqual({ value: withoutMinusZero(value), faults: [] });
        expect(read(JSON.stringify(value, null, 2)).value).toEqual(withoutMinusZero(value));
      }),
    );
  });

  test('what is read is what JSON.parse reads, and what it refuses is refused', () => {
    const mutated = fc
      .tuple(
        jsonValue,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: -1, max: 3 }), fragment), { maxLength: 4 }),
      )
      .map(([value, changes]) => changes.reduce(mutate, JSON.stringify(value)));
    fc.assert(fc.property(mutated, agrees), { numRuns: 5_000 });
  });
});

const fragment = fc.constantFrom(
  ...[
    '',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u00e9',
    '\\ud800',
    '0',
    '-',
    '.',
    'e',
    '1e400',
    '9007199254740993',
  ],
  ...[
    'null',
    'true',
    'fals',
    ' ',
    '\n',
    '\t',
    '\u0000',
    'é',
    "'",
    '//',
    '"a":1,',
    '"__proto__":1,',
    '[[[',
    '-0',
  ],
);

function mutate(text: string, [place, removed, inserted]: readonly [number, number, string]): string {
  const at = place % (text.length + 1);
  return text.slice(0, at) + inserted + text.slice(at + Math.max(0, removed));
}

function agrees(text: string): void {
  const { value, faults } = readJson(encode(text), specLimits);
  const parsed = parse(encode(text));
  if (faults.length === 0) expect(value).toEqual(parsed);
  else if (parsed !== undefined)
    expect(
      faults.every(({ reason }) => documented.test(reason)),
      text,
    ).toBe(true);
}

const documented = /twice|not allowed|too large|half of a surrogate|deep|byte order mark/;

function parse(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)) as Json;
  } catch {
    return undefined;
  }
}

/** Whether no number in it is written as a whole number that is refused: JSON.stringify writes 1e20 in digits. */
function isExact(value: Json): boolean {
  if (typeof value === 'number') return /[.e]/.test(JSON.stringify(value)) || Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}

test('pointers escape what RFC 6901 says', () => {
  expect(toPointer(['a/b', 'm~n', '', 0, '~1'])).toBe('/a~1b/m~0n//0/~01');
  expect(toPointer([])).toBe('');
});

test('a document in the form of records is read as any other, however it was spoilt', () => {
  const edits = [
    '"__proto__"',
    '1e400',
    '-0',
    '9007199254740993',
    '9007199254740992',
    '1152921504606846976',
    '\\ud800',
    '\\ud83d\\ude00',
    'x',
    ' ',
    '\n',
    ',"a":1',
    '[',
    '}',
    '0.1',
    '1.0',
    '1e21',
  ];
  const spoilt = fc.record({
    value: jsonValue,
    at: fc.nat(),
    edit: fc.constantFrom('', ...edits),
    cut: fc.nat(3),
  });
  fc.assert(
    fc.property(spoilt, ({ value, at, edit, cut }) => {
      const whole = `${JSON.stringify(value, null, 2)}\n`;
      const place = at % whole.length;
      const text = whole.slice(0, place) + edit + whole.slice(place + (edit === '' ? 0 : cut));
      // A space more is not that form, and means the same.
      const [plain, any] = [read(text), read(`${text} `)];
      expect(plain.faults.map(({ pointer }) => pointer)).toEqual(any.faults.map(({ pointer }) => pointer));
      if (any.faults.length === 0) expect(plain.value).toEqual(any.value);
    }),
    { numRuns: 3_000 },
  );
  for (const edit of edits) {
    const text = `{\n  "a": ${edit},\n  "b": [\n    "${edit}"\n  ]\n}\n`;
    expect(read(text).faults.length > 0).toBe(read(`${text} `).faults.length > 0);
  }
  const deep = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : [deep(depth - 1, inner)]);
  for (const depth of [62, 63, 64, 65, 66]) {
    const text = `${JSON.stringify(deep(depth, 1), null, 2)}\n`;
    expect({ depth, good: accepts(text) }).toEqual({ depth, good: accepts(`${text} `) });
  }
  expect(read(`${'['.repeat(200_000)}${']'.repeat(200_000)}\n`).faults[0]?.pointer).toBe('/0'.repeat(64));
});
