import { describe, expect, test } from 'vitest';
import { MOST_FAULTS } from '../src/problem/faults.ts';
import { readManifest } from '../src/record/read-manifest.ts';
import { badManifests, goodManifest } from './bad-manifests.ts';

const all = badManifests();

describe('bad records', () => {
  test('are many, each under a name that is its own and can be a file', () => {
    const names = all.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(100);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^[a-z0-9][a-z0-9_-]*$/.test(name))).toBe(true);
  });

  test('come of a good one', () => {
    expect(readManifest(goodManifest)).toHaveProperty('manifest');
  });

  test.each(all.map(({ name, bytes }) => [name, bytes] as const))('%s is refused with faults', (_, bytes) => {
    const reading = readManifest(bytes);
    expect(reading).not.toHaveProperty('manifest');
    const faults = 'faults' in reading ? reading.faults : [];
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThanOrEqual(MOST_FAULTS + 1);
    for (const { pointer, reason } of faults) {
      expect(pointer).toMatch(/^(\/.*)?$/s);
      expect(reason).toMatch(/^(?!.*(\bundefined\b|Error|Invalid input))\P{Cc}{3,1000}$/u);
    }
  });
});
