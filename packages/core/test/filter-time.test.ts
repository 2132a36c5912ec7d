import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterTime } from '../src/find/filter-time.ts';

describe('the second that a filter means', () => {
  test.each<[text: string, first: number, last: number]>([
    ['1970-01-01', 0, 86_399],
    ['2024-02-29', 1_709_164_800, 1_709_251_199],
    ['2025-10-15T10:23:00Z', 1_760_523_780, 1_760_523_780],
    ['2025-10-15T10:23Z', 1_760_523_780, 1_760_523_780],
    ['2025-10-15T12:23:00+02:00', 1_760_523_780, 1_760_523_780],
    ['2025-10-15T05:53:00-04:30', 1_760_523_780, 1_760_523_780],
    ['2025-10-15T10:23:00.5Z', 1_760_523_781, 1_760_523_780],
    ['2025-10-15T10:23:00.000Z', 1_760_523_780, 1_760_523_780],
  ])('%s', (text, first, last) => {
    expect([filterTime(text, 'first'), filterTime(text, 'last')]).toEqual([first, last]);
  });

  test.each([
    '',
    'yesterday',
    '2025',
    '2025-02-29',
    '2025-13-01',
    '2025-10-15 10:23:00Z',
    '2025-10-15T24:00:00Z',
    '2025-10-15T10:23:00',
    '2025-10-15T10:23:60Z',
    '2025-10-15T10:23:00+24:00',
    '--all',
    '2025-10-15\n',
  ])('%j is no date', (text) => {
    expect(filterTime(text, 'first')).toBeUndefined();
  });

  test('is that of the instant, for any instant', () => {
    const instants = fc.date({
      min: new Date('1970-01-01'),
      max: new Date('9998-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (at) => {
        const [first = Number.NaN, last = Number.NaN] = (['first', 'last'] as const).map((of) =>
          filterTime(at.toISOString(), of),
        );
        expect(first * 1000).toBeGreaterThanOrEqual(at.getTime());
        expect(last * 1000).toBeLessThanOrEqual(at.getTime());
        expect(first - last).toBeLessThanOrEqual(1);
      }),
    );
  });
});
