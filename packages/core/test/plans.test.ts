import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf } from '../src/day.ts';
import { runPlace } from '../src/places.ts';
import { planDay } from '../src/plans/day.ts';
import { planInit } from '../src/plans/init.ts';
import { planNewSpec } from '../src/plans/new.ts';
import { readSpec, specKinds } from '../src/spec/read-spec.ts';
import { namePattern, type SpecKind } from '../src/spec/spec.ts';

const day = fc
  .date({ min: new Date('1970-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
  .map((at) => dayOf(at));
const isPlain = (path: string) => !/\\|\0|^\/|\/\/|\/$|(^|\/)\.{1,2}(\/|$)/.test(path);

describe('planDay', () => {
  test('every path lies inside its day', () => {
    fc.assert(
      fc.property(day, (at) => {
        const plan = planDay(at);
        const paths = [...plan.folders, ...plan.files.map(({ path }) => path)];
        expect(paths.every((path) => path.startsWith(`${at}/`) && isPlain(path))).toBe(true);
        expect(new Set(paths).size).toBe(paths.length);
      }),
    );
  });

  test('makes the tree of the design, and each file lies in the day or a folder of it', () => {
    const { folders, files } = planDay('2025/10/15');
    expect([...folders].sort()).toEqual(
      ['ai-team/artifacts', 'ai-team/specs', 'analyzer/inputs', 'analyzer/outputs', 'knowledge/graph'].map(
        (folder) => `2025/10/15/${folder}`,
      ),
    );
    expect(files.map(({ path }) => path)).toEqual(['2025/10/15/README.md', '2025/10/15/knowledge/notes.md']);
    expect(files.every(({ text }) => text.includes('2025-10-15') && text.endsWith('\n'))).toBe(true);
  });

  test('has a place for the runs of every kind of spec', () => {
    const { folders } = planDay('2025/10/15');
    expect(specKinds.every((kind) => folders.includes(`2025/10/15/${runPlace(kind)}`))).toBe(true);
  });
});

test('a new lab keeps secrets and derived files out of git', () => {
  const { files } = planInit('2025/10/15');
  const ignored = files.find(({ path }) => path === '.gitignore')?.text.split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['secrets/', '.env', '/runs.csv', '/latest']));
  expect(files.map(({ path }) => path)).toContain('Justfile');
});

describe('planNewSpec', () => {
  test.each(specKinds)('a new spec of kind %s is a good spec of that kind', (kind: SpecKind) => {
    const { path, text } = planNewSpec('2025/10/15', 'first', kind);
    expect(path).toBe('2025/10/15/ai-team/specs/first.json');
    expect(readSpec(new TextEncoder().encode(text))).toMatchObject({ spec: { kind, name: 'first' } });
  });

  test('any name that is allowed stays a single part of the path', () => {
    fc.assert(
      fc.property(fc.stringMatching(namePattern), (name) => {
        const { path } = planNewSpec('2025/10/15', name, 'llm');
        expect(path.split('/')).toHaveLength(6);
        expect(isPlain(path)).toBe(true);
      }),
    );
  });
});
