import fc from 'fast-check';
import type { Json } from '../src/json/canonical-json.ts';

const key = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    '0',
    'constructor',
    'toString',
    'hasOwnProperty',
    '~',
    '/',
    '~1',
    '\ufb33',
    '😀',
    '\u0000',
  ),
);

/** Any JSON value with well-formed texts, and with `__proto__` nowhere among its keys. */
export const jsonValue: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

/** The same value as JSON text can carry it: JSON.stringify writes -0 as 0. */
export function withoutMinusZero(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutMinusZero(item)]));
  }
  return Object.is(value, -0) ? 0 : value;
}

/** The same value with the keys of every object in another order. */
export function shuffled(value: Json, chance: Iterator<number>): Json {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, chance));
  if (typeof value !== 'object' || value === null) return value;
  const drawn = Object.entries(value).map((entry) => ({ entry, at: chance.next().value as number }));
  drawn.sort((a, b) => a.at - b.at);
  return Object.fromEntries(drawn.map(({ entry: [name, item] }) => [name, shuffled(item, chance)]));
}
