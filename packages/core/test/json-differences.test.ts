import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonDifferences, sameJson } from '../src/compare/json-differences.ts';
import type { Json } from '../src/json/canonical-json.ts';
import { jsonValue } from './json-values.ts';

describe('two JSON values differ', () => {
  test.each<[what: string, a: Json, b: Json, found: object[]]>([
    ['nowhere', { a: 1, b: [2] }, { b: [2], a: 1 }, []],
    ['in a field', { a: { 'x/y': 1 } }, { a: { 'x/y': 2 } }, [{ pointer: '/a/x~1y', a: 1, b: 2 }]],
    ['in a field that one lacks', { a: null }, {}, [{ pointer: '/a', a: null }]],
    ['in a field that the other lacks', {}, { a: 1 }, [{ pointer: '/a', b: 1 }]],
    ['in a place of an array', [1, 2], [1, 3], [{ pointer: '/1', a: 2, b: 3 }]],
    ['in the length of an array', { s: ['x'] }, { s: [] }, [{ pointer: '/s', a: ['x'], b: [] }]],
    ['as wholes', [1], { 0: 1 }, [{ pointer: '', a: [1], b: { 0: 1 } }]],
    ['in a field that every object inherits', {}, { toString: 1 }, [{ pointer: '/toString', b: 1 }]],
  ])('%s', (_, a, b, found) => {
    expect(jsonDifferences(a, b)).toEqual(found);
  });

  test('exactly where they are not the same', () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, (a, b) => {
        expect(jsonDifferences(a, a)).toEqual([]);
        expect(jsonDifferences(a, b).length === 0).toBe(sameJson(a, b));
      }),
    );
  });
});
