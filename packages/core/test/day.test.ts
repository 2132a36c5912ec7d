import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, dayPattern, isDay, localTime, parseDay, parseInstant } from '../src/day.ts';
import { Problem } from '../src/problem/problem.ts';

const zones = [
  ...[
    'Pacific/Kiritimati',
    'Pacific/Chatham',
    'Pacific/Auckland',
    'Australia/Lord_Howe',
    'Australia/Adelaide',
  ],
  ...[
    'Asia/Tokyo',
    'Asia/Shanghai',
    'Asia/Kathmandu',
    'Asia/Kolkata',
    'Asia/Kabul',
    'Asia/Tehran',
    'Asia/Dubai',
  ],
  ...[
    'Europe/Moscow',
    'Africa/Cairo',
    'Africa/Nairobi',
    'Europe/Berlin',
    'Africa/Casablanca',
    'Europe/Dublin',
  ],
  ...['Europe/London', 'UTC', 'Atlantic/Azores', 'America/Nuuk', 'America/St_Johns', 'America/Sao_Paulo'],
  ...['America/Caracas', 'America/New_York', 'America/Phoenix', 'America/Los_Angeles', 'Pacific/Marquesas'],
  ...['Pacific/Pago_Pago', 'Antarctica/Troll'],
];

// From 1973 on every zone is whole minutes from UTC, which is all that RFC 3339 can say.
const instant = fc.date({ min: new Date('1973-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const anyInstant = fc.date({
  min: new Date('1970-01-01'),
  max: new Date('9998-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

/** Another road to the same day: Swedish dates are written as ISO 8601 has them. */
const independentDay = (at: Date, timeZone: string) =>
  at.toLocaleDateString('sv-SE', { timeZone }).replaceAll('-', '/');

describe('dayOf', () => {
  test('is the UTC date of an instant, in every zone what its calendar shows', () => {
    expect(zones.length).toBeGreaterThanOrEqual(30);
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (at, zone) => {
        expect(dayOf(at, zone)).toBe(independentDay(at, zone));
        expect(dayOf(at)).toBe(at.toISOString().slice(0, 10).replaceAll('-', '/'));
      }),
      { numRuns: 1_000 },
    );
  });

  test('changes at midnight of the zone, not of UTC', () => {
    expect(dayOf(new Date('2025-12-31T23:59:59.999Z'))).toBe('2025/12/31');
    expect(dayOf(new Date('2026-01-01T00:00:00.000Z'))).toBe('2026/01/01');
    expect(dayOf(new Date('2025-12-31T10:00:00Z'), 'Pacific/Kiritimati')).toBe('2026/01/01');
    expect(dayOf(new Date('2026-01-01T10:59:59Z'), 'Pacific/Pago_Pago')).toBe('2025/12/31');
  });

  test.each([
    ['9999-01-01T00:00:00.000Z', 'UTC'],
    ['9998-12-31T10:00:00.000Z', 'Pacific/Kiritimati'],
    ['1970-01-01T00:00:00.000Z', 'America/New_York'],
    ['0001-01-01T00:00:00.000Z', 'America/New_York'],
    ['+010000-01-01T00:00:00.000Z', 'UTC'],
  ])('%s in %s is a day of no lab', (at, zone) => {
    expect(() => dayOf(new Date(at), zone)).toThrow(expect.objectContaining({ kind: 'usage' }));
  });

  test('a zone that is none is a wrong call', () => {
    expect(() => dayOf(new Date(0), 'Europe/Atlantis')).toThrow(Problem);
  });
});

describe('parseDay', () => {
  test('reads back what dayOf writes, with either separator', () => {
    fc.assert(
      fc.property(anyInstant, (at) => {
        const day = dayOf(at);
        expect(day).toMatch(dayPattern);
        expect(parseDay(day)).toBe(day);
        expect(parseDay(day.replaceAll('/', '-'))).toBe(day);
      }),
    );
  });

  test.each(['2024-02-29', '2000-02-29', '2025/10/15', '2025-12-31'])('%s is a day', (text) => {
    expect(parseDay(text)).toBe(text.replaceAll('-', '/'));
  });

  test.each([
    ...[
      '2025-02-29',
      '1900-02-29',
      '2100-02-29',
      '2025-13-01',
      '2025-00-10',
      '2025-04-31',
      '2025-01-32',
      '2025-01-00',
    ],
    ...[
      '25-01-01',
      '2025-1-1',
      '20250101',
      '2025-01-01T00:00',
      ' 2025-01-01',
      '2025-01-01\n',
      '',
      'today',
      '２025-01-01',
    ],
    ...['0000-01-01', '0001-01-01', '1969-12-31', '9999-01-01', '2025-10/15'],
    ...['../../01/01', '2025-01-01/..', '12025-01-01', '-025-01-01'],
  ])('%j is refused with a way out', (text) => {
    expect(() => parseDay(text)).toThrow(
      expect.objectContaining({ kind: 'usage', hint: expect.stringContaining('YYYY') }),
    );
  });
});

describe('parseInstant', () => {
  test('reads back what toISOString writes', () => {
    fc.assert(
      fc.property(anyInstant, (at) => {
        expect(parseInstant(at.toISOString())).toEqual(at);
      }),
    );
  });

  test.each(['1970-01-01T00:00:00Z', '2024-02-29T23:59:59.9Z', '9998-12-31T23:59:59.999Z'])(
    '%s is an instant',
    (text) => {
      expect(parseInstant(text).getTime()).toBe(Date.parse(text));
    },
  );

  test.each([
    ...['2025-02-30T00:00:00Z', '2025-02-29T10:00:00.000Z', '2025-13-01T00:00:00Z', '2025-01-01T24:00:00Z'],
    ...['2025-01-01T23:59:60Z', '1969-12-31T23:59:59.999Z', '9999-01-01T00:00:00Z', '0000-01-01T00:00:00Z'],
    ...['+010000-01-01T00:00:00Z', '2025-01-01', '2025-01-01T00:00Z', '2025-01-01T00:00:00', 'noon', ''],
    ...[
      '2025-01-01T00:00:00+00:00',
      '2025-01-01 00:00:00Z',
      ' 2025-01-01T00:00:00Z',
      '2025-01-01T00:00:00Z\n',
    ],
  ])('%j is refused with a way out', (text) => {
    expect(() => parseInstant(text)).toThrow(
      expect.objectContaining({ kind: 'usage', hint: expect.stringContaining('UTC') }),
    );
  });
});

test.each(['2025/99/99', '2025/02/30', '2025-10-15', '2025/10/15/ai-team'])('%s is no day', (text) => {
  expect(isDay(text)).toBe(false);
  expect(isDay('2025/10/15')).toBe(true);
});

describe('localTime', () => {
  test('names the same instant, as a clock in the zone shows it', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (at, zone) => {
        const text = localTime(at, zone);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
        expect(Date.parse(text)).toBe(at.getTime());
        expect(text.slice(0, 19)).toBe(at.toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T'));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['Europe/Berlin', '2025-03-30T00:59:59.000Z', '2025-03-30T01:59:59.000+01:00'],
    ['Europe/Berlin', '2025-03-30T01:00:00.000Z', '2025-03-30T03:00:00.000+02:00'],
    ['Europe/Berlin', '2025-10-26T00:30:00.000Z', '2025-10-26T02:30:00.000+02:00'],
    ['Europe/Berlin', '2025-10-26T01:30:00.000Z', '2025-10-26T02:30:00.000+01:00'],
    ['Australia/Lord_Howe', '2025-04-05T14:59:59.999Z', '2025-04-06T01:59:59.999+11:00'],
    ['Australia/Lord_Howe', '2025-04-05T15:00:00.000Z', '2025-04-06T01:30:00.000+10:30'],
    ['Australia/Lord_Howe', '2025-10-04T15:30:00.000Z', '2025-10-05T02:30:00.000+11:00'],
    ['America/St_Johns', '1973-01-01T00:00:00.001Z', '1972-12-31T20:30:00.001-03:30'],
    ['UTC', '2025-10-15T10:23:00.007Z', '2025-10-15T10:23:00.007+00:00'],
  ])('%s at %s', (zone, at, shown) => {
    expect(localTime(new Date(at), zone)).toBe(shown);
  });
});
