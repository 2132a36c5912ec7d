import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../src/record/manifest.ts';
import { formatManifest, readManifest } from '../src/record/read-manifest.ts';
import { runId } from '../src/record/run-id.ts';
import { type Example, examples } from './examples.ts';

const manifests = examples('valid').filter(({ what }) => what === 'manifest');

function manifestOf({ bytes, file }: Example): Manifest {
  const reading = readManifest(bytes);
  if ('manifest' in reading) return reading.manifest;
  throw new Error(`${file}: ${JSON.stringify(reading.faults)}`);
}

/** The fields of the manifest that the project began with, as a reader of that day takes them out of a run.json. */
function readAsOfOld(text: string) {
  const run = JSON.parse(text);
  return {
    strings: [run.run_id, run.timestamp_start, run.cmd, run.git_sha, run.flake_lock_sha256, run.status],
    end: run.timestamp_end as unknown,
    system: run.env.system as unknown,
    apps: run.env.apps as unknown[],
    tools: Object.entries(run.env.tools),
    task: [run.task.kind, run.task.spec_path, run.task.inputs_hash],
    model: run.model.name as unknown,
    hash: run.model.hash as unknown,
    params: [run.model.params.temperature, run.model.params.top_p, run.model.params.seed],
    artifacts: run.artifacts as unknown[],
  };
}

describe.each(manifests)('$file', (example) => {
  const text = Buffer.from(example.bytes).toString('utf8');

  test('can be read by a reader that knows only the first fields', () => {
    const old = readAsOfOld(text);
    expect(
      [...old.strings, ...old.task, old.system, old.model].every((value) => typeof value === 'string'),
    ).toBe(true);
    expect(Number.isNaN(Date.parse(String(old.strings[1])))).toBe(false);
    expect(old.end === null || !Number.isNaN(Date.parse(String(old.end)))).toBe(true);
    expect(old.apps.every((app) => /^[^@]+@.+$/.test(String(app)))).toBe(true);
    expect(old.tools.flat().every((word) => typeof word === 'string')).toBe(true);
    expect(old.params.every((value) => typeof value === 'number')).toBe(true);
    expect(old.artifacts.every((path) => typeof path === 'string')).toBe(true);
    expect(old.hash === undefined || /^[0-9a-f]{64}$/.test(String(old.hash))).toBe(true);
  });

  test('is named by its own four facts', () => {
    const run = manifestOf(example);
    const parts = {
      specHash: run.task.inputs_hash,
      gitSha: run.git_sha,
      flakeLockSha256: run.flake_lock_sha256,
      timestampStart: run.timestamp_start,
    };
    expect(runId(parts)).toBe(run.run_id);
  });

  test('is written with the same bytes whatever the order of its fields', () => {
    const run = manifestOf(example);
    const turned = Object.fromEntries(Object.entries(run).reverse()) as Manifest;
    expect(formatManifest(turned)).toBe(formatManifest(run));
    expect(manifestOf({ ...example, bytes: Buffer.from(formatManifest(run)) })).toEqual(run);
    expect(formatManifest(run)).toMatch(/^\{\n {2}"schema_version": "1.0",\n.*\n\}\n$/s);
  });
});

test('there is a whole run with the hash of its model', () => {
  expect(manifests.map((example) => manifestOf(example).model?.hash).some((hash) => hash !== undefined)).toBe(
    true,
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, new Date(0), 1n, [() => 1]])(
  'a setting of %s, which JSON would write as something else, is not recorded at all',
  (value) => {
    const [example] = manifests;
    const run = manifestOf(example as Example);
    const params = { ...run.model?.params, odd: { deep: [value] } };
    expect(() => formatManifest({ ...run, model: { name: 'a', params } } as Manifest)).toThrow(
      'must be a JSON value',
    );
  },
);

test.each([
  ['half of a surrogate pair', 'cut \ud83d', 'holds half of a surrogate pair'],
  ['more than is read', 'x'.repeat(10_485_760), 'bytes long; at most 10485760 are read'],
  ['a number that is not held exactly', 2 ** 60, 'too large to be held exactly'],
])('what could not be read again is not written: %s', (_, value, reason) => {
  const [example] = manifests;
  const run = manifestOf(example as Example);
  const whole = { ...run, model: { name: 'a', params: { value } } };
  expect(() => formatManifest(whole)).toThrow(
    expect.objectContaining({ kind: 'manifest_invalid', message: expect.stringContaining(reason) }),
  );
});

test('no path in a manifest leads out of the run folder', () => {
  const [example] = manifests;
  const run = manifestOf(example as Example);
  const path = fc.string({
    unit: fc.constantFrom('.', '..', '/', '\\', '\n', '\0', 'a', ' ', '😀'),
    maxLength: 8,
  });
  fc.assert(
    fc.property(path, (asked) => {
      const bytes = Buffer.from(JSON.stringify({ ...run, artifacts: [asked] }));
      const good = asked !== '' && asked.split('/').every((part) => isPart(part));
      expect('manifest' in readManifest(bytes)).toBe(good);
    }),
    { numRuns: 2_000 },
  );
});

const isPart = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[\\\n\0]/.test(part);
