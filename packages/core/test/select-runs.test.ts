import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RunFilter, type RunOrder, runTest, sortRuns } from '../src/find/select-runs.ts';
import { readMoment, relativeTime } from '../src/find/time-span.ts';
import { fitsWildcard } from '../src/find/wildcard.ts';
import { type LedgerRow, ledgerColumns } from '../src/ledger/ledger.ts';
import { formatWords, parseWords } from '../src/ledger/ledger-words.ts';
import { listAsCsv, listedRun, listForPeople } from '../src/plans/ls.ts';

const row = (changes: Partial<LedgerRow>): LedgerRow => ({
  ...(Object.fromEntries(ledgerColumns.map((column) => [column, ''])) as LedgerRow),
  ...changes,
});

const rows: readonly LedgerRow[] = [
  row({
    run_id: 'a'.repeat(64),
    timestamp_start: '2025-10-15T10:00:00.000Z',
    name: 'first',
    status: 'ok',
    kind: 'llm',
    model: 'llamacpp:SmolLM2',
    model_hash: 'b179c952'.padEnd(64, '0'),
    tags: formatWords(['my tag', 'x']),
    duration_seconds: '10.5',
  }),
  row({
    run_id: 'b'.repeat(64),
    timestamp_start: '2025-10-16T10:00:00.000Z',
    name: 'second',
    status: 'error',
    error_kind: 'backend_unavailable',
    kind: 'llm',
    model: 'ollama:qwen2.5:7b',
    tags: 'x',
    duration_seconds: '9',
  }),
  row({
    run_id: 'c'.repeat(64),
    timestamp_start: '2025-10-17T10:00:00.000Z',
    name: 'second-again',
    status: 'ok',
    kind: 'mining',
    verdict: 'different',
    changed: 'model environment',
  }),
];
const names = (list: readonly LedgerRow[]) => list.map(({ name }) => name);

describe('runs are found', () => {
  test.each<[filter: RunFilter, found: string[]]>([
    [{}, ['first', 'second', 'second-again']],
    [{ since: '2025-10-16T10:00:00.000Z' }, ['second', 'second-again']],
    [{ until: '2025-10-16T10:00:00.000Z' }, ['first', 'second']],
    [{ statuses: ['error'] }, ['second']],
    [{ statuses: ['error', 'ok'] }, ['first', 'second', 'second-again']],
    [{ kinds: ['mining'] }, ['second-again']],
    [{ model: 'smollm2' }, ['first']],
    [{ model: 'b179c952' }, ['first']],
    [{ model: 'b179' }, []],
    [{ tags: ['x'] }, ['first', 'second']],
    [{ tags: ['x', 'my tag'] }, ['first']],
    [{ tags: ['my'] }, []],
    [{ name: 'second*' }, ['second', 'second-again']],
    [{ name: 'second' }, ['second']],
    [{ name: '?irst' }, ['first']],
    [{ verdicts: ['different'] }, ['second-again']],
    [{ changedBy: ['environment'] }, ['second-again']],
    [{ changedBy: ['code'] }, []],
    [{ statuses: ['ok'], model: 'smol', tags: ['x'] }, ['first']],
  ])('by %j', (filter, found) => {
    expect(names(rows.filter(runTest(filter)))).toEqual(found);
  });

  test.each<[order: RunOrder, first: string[]]>([
    [{}, ['second-again', 'second', 'first']],
    [{ reverse: true }, ['first', 'second', 'second-again']],
    // By size, not by characters; what has none comes last, whichever way round.
    [{ column: 'duration_seconds' }, ['second', 'first', 'second-again']],
    [{ column: 'duration_seconds', reverse: true }, ['first', 'second', 'second-again']],
    [{ column: 'status' }, ['second', 'second-again', 'first']],
  ])('in the order %j', (order, first) => {
    expect(names(sortRuns(rows, order))).toEqual(first);
  });
});

describe('patterns', () => {
  test.each([
    ['', '', true],
    ['', '*', true],
    ['a', '', false],
    ['abc', 'a*c', true],
    ['abc', '*b*', true],
    ['abc', 'a?c', true],
    ['abc', 'a?', false],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['aab', '*ab', true],
    ['abab', 'a*b', true],
    ['abc', 'ABC', false],
  ])('%j and %j', (word, pattern, fits) => {
    expect(fitsWildcard(word, pattern)).toBe(fits);
  });

  test('fit as regular expressions of the same meaning do', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (word, pattern) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(fitsWildcard(word, pattern)).toBe(regex.test(word));
      }),
      { numRuns: 1000 },
    );
  });

  test('take no time that grows without bounds', () => {
    const before = process.cpuUsage();
    expect(fitsWildcard('a'.repeat(2000), `${'*a'.repeat(200)}*b`)).toBe(false);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});

describe('words in one cell', () => {
  test('are read back as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 })), (words) => {
        const cell = formatWords(words);
        expect(parseWords(cell)).toEqual(words);
        expect(cell).not.toMatch(/[",\r\n]/);
      }),
    );
  });

  test('that nobody could have written are given as they are', () => {
    expect(parseWords('%zz ok')).toEqual(['%zz', 'ok']);
  });
});

describe('times', () => {
  const now = new Date('2025-10-15T10:23:00.000Z');

  test.each([
    ['3d', '2025-10-12T10:23:00.000Z'],
    ['12h', '2025-10-14T22:23:00.000Z'],
    ['45m', '2025-10-15T09:38:00.000Z'],
    ['2w', '2025-10-01T10:23:00.000Z'],
    ['90s', '2025-10-15T10:21:30.000Z'],
    ['2025-10-14', '2025-10-14T00:00:00.000Z'],
    ['2025-10-14T12:00:00+02:00', '2025-10-14T10:00:00.000Z'],
  ])('%s is read', (text, expected) => {
    expect(readMoment(text, 'first', now).toISOString()).toBe(expected);
  });

  test('of a day as the last it is the end', () => {
    expect(readMoment('2025-10-14', 'last', now).toISOString()).toBe('2025-10-14T23:59:59.999Z');
  });

  test.each(['', '3', 'd', '3y', '-3d', '2025-02-30', 'yesterday', '9999999d'])('%j is none', (text) => {
    expect(() => readMoment(text, 'first', now)).toThrow(/no time to look from/);
  });

  test.each([
    [0, 'just now'],
    [1, '1 second ago'],
    [59, '59 seconds ago'],
    [60, '1 minute ago'],
    [7199, '1 hour ago'],
    [3 * 86_400, '3 days ago'],
    [15 * 86_400, '2 weeks ago'],
    [-120, 'in 2 minutes'],
  ])('%d seconds before now is %s', (seconds, words) => {
    expect(relativeTime(new Date(now.getTime() - seconds * 1000), now)).toBe(words);
  });
});

describe('a list', () => {
  test('for people has the columns that say something', () => {
    expect(listForPeople([rows[0] as LedgerRow, rows[1] as LedgerRow])).toEqual([
      'run_id    timestamp_start      kind  name    status  error_kind           model              duration_seconds  tags',
      'aaaaaaaa  2025-10-15 10:00:00  llm   first   ok      -                    llamacpp:SmolLM2   10.5              my%20tag x',
      'bbbbbbbb  2025-10-16 10:00:00  llm   second  error   backend_unavailable  ollama:qwen2.5:7b  9.0               x',
    ]);
    expect(listForPeople([])).toEqual([]);
    const wide = listForPeople([row({ name: 'x'.repeat(100_000) }), row({ name: 'y' })]);
    expect(wide.map(({ length }) => length).filter((length) => length > 60)).toEqual([]);
  });

  test('for spreadsheets has the columns that were asked for, none of them a formula', () => {
    const strange = row({ name: '=1+1', tags: 'a,b' });
    expect(listAsCsv([strange], ['name', 'tags'])).toBe('name,tags\n\'=1+1,"a,b"\n');
  });

  test('for programs has numbers as numbers, words as lists, and nothing that is not known', () => {
    expect(listedRun(rows[0] as LedgerRow, ['name', 'tags', 'duration_seconds', 'seed'])).toEqual({
      name: 'first',
      tags: ['my tag', 'x'],
      duration_seconds: 10.5,
    });
  });
});
