import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_FAULTS } from '../src/problem/faults.ts';
import { readSpec } from '../src/spec/read-spec.ts';
import { badSpecs } from './bad-specs.ts';
import { examples, faultsOf } from './examples.ts';
import { goodSpec } from './good-spec.ts';

const all = badSpecs();

/** What a reason has to be: of bounded length, without control characters and without a program's own words. */
const inWords = /^(?!.*(\bundefined\b|Error|Invalid input))\P{Cc}{3,1000}$/u;

describe('bad specs', () => {
  test('are many, each under a name that is its own and can be a file', () => {
    const names = all.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(110);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^[a-z0-9][a-z0-9_-]*$/.test(name))).toBe(true);
  });

  test('come of a good one', () => {
    expect(readSpec(goodSpec)).toHaveProperty('spec');
  });

  test.each(all.map(({ name, bytes }) => [name, bytes] as const))('%s is refused with faults', (_, bytes) => {
    const reading = readSpec(bytes);
    expect(reading).not.toHaveProperty('spec');
    const faults = 'faults' in reading ? reading.faults : [];
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThanOrEqual(MOST_FAULTS + 1);
    for (const { pointer, reason } of faults) {
      expect(pointer).toMatch(/^(\/.*)?$/s);
      expect(reason).toMatch(inWords);
    }
  });

  test('a single bit turned anywhere in any example makes faults in words, or nothing worse', () => {
    const turned = fc
      .constantFrom(...examples('valid'))
      .chain((example) => fc.tuple(fc.constant(example), fc.nat(example.bytes.length - 1), fc.nat(7)));
    fc.assert(
      fc.property(turned, ([example, at, bit]) => {
        const bytes = Uint8Array.from(example.bytes);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        for (const { reason } of faultsOf({ ...example, bytes })) expect(reason).toMatch(inWords);
      }),
      { numRuns: 1_000 },
    );
  });

  test('together take no time and no memory to speak of', () => {
    const before = process.memoryUsage().heapUsed;
    const slow = all.filter(({ bytes }) => {
      const start = process.cpuUsage();
      readSpec(bytes);
      const { user, system } = process.cpuUsage(start);
      return user + system > 3_000_000;
    });
    // Of this process alone, in microseconds, and loose: what it must find is work that grows with the square of the file.
    expect(slow.map(({ name }) => name)).toEqual([]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300_000_000);
  });
});
