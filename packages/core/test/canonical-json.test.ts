import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashJson } from '../src/hash.ts';
import { canonicalJson, type Json } from '../src/json/canonical-json.ts';
import { jsonValue, shuffled, withoutMinusZero } from './json-values.ts';

/** RFC 8785 appendix B: a double's bits (IEEE 754, big-endian hex) and how it is written. */
const appendixB = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
] as const;

const double = (bits: string) => Buffer.from(bits, 'hex').readDoubleBE();

describe('RFC 8785', () => {
  test.each(appendixB)('appendix B: %s is written %s', (bits, written) => {
    expect(canonicalJson(double(bits))).toBe(written);
  });

  test.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])('%s has no form', (bits) => {
    expect(() => canonicalJson(double(bits))).toThrow(TypeError);
  });

  test('section 3.2.2: literals, numbers and strings', () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('section 3.2.3: keys stand in the order of their UTF-16 code units', () => {
    const value = {
      '€': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '😀': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      ö: 'Latin Small Letter O With Diaeresis',
    };
    const order = Object.values(JSON.parse(canonicalJson(value).replace('"1":', '"one":')));
    // Code points would put the Hebrew letter before the emoji.
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test('control characters take the short escapes where there are any, and no others are escaped', () => {
    expect(canonicalJson('\b\t\n\f\r\u0000\u001f\u007f\u2028/')).toBe(
      '"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028/"',
    );
  });

  test.each([
    ['half of a pair', '\ud800'],
    ['a pair the wrong way round', ['\udc00\ud800']],
    ['half of a pair in a key', { '\udfff': 1 }],
    ['undefined', undefined],
    ['a hole', new Array(1)],
    ['undefined in an object', { a: undefined }],
    ['a function', () => 1],
    ['a bigint', 1n],
  ])('%s is refused', (_, value) => {
    expect(() => canonicalJson(value as unknown as Json)).toThrow(TypeError);
  });
});

describe('any value', () => {
  test('its canonical form is a form of it, and its own canonical form', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(withoutMinusZero(value));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test('the order of keys does not show', () => {
    fc.assert(
      fc.property(jsonValue, fc.infiniteStream(fc.nat()), (value, chance) => {
        expect(canonicalJson(shuffled(value, chance))).toBe(canonicalJson(value));
      }),
    );
  });

  test('hashes are equal exactly where values are', () => {
    const twins = fc.oneof(
      fc.tuple(jsonValue, jsonValue),
      jsonValue.map((value) => [value, structuredClone(value)] as const),
    );
    fc.assert(
      fc.property(twins, ([a, b]) => {
        expect(hashJson(a) === hashJson(b)).toBe(isDeepStrictEqual(withoutMinusZero(a), withoutMinusZero(b)));
      }),
      { numRuns: 500 },
    );
  });
});
