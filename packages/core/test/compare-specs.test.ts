import { describe, expect, test } from 'vitest';
import { compareRuns } from '../src/compare/compare-runs.ts';
import type { Json } from '../src/json/canonical-json.ts';
import type { Manifest } from '../src/record/manifest.ts';
import { readSpec } from '../src/spec/read-spec.ts';
import { asked, model, other } from './compared-runs.ts';

describe('with both specs at hand', () => {
  const llm = {
    kind: 'llm',
    version: '1.0',
    inputs: { prompt: 'Why?', files: ['a.md'] },
    config: { temperature: 0 },
  };
  const rewritten = { ...asked, task: { ...asked.task, inputs_hash: other } };
  const full = (spec: object) => {
    const reading = readSpec(new TextEncoder().encode(JSON.stringify(spec)));
    if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
    return reading.spec as unknown as Json;
  };
  const compared = (manifest: Manifest, spec: object) =>
    compareRuns({ manifest: asked, spec: full(llm) }, { manifest, spec: full(spec) });

  test('another question is the spec’s, by its place', () => {
    const { changed, differences } = compared(rewritten, {
      ...llm,
      inputs: { ...llm.inputs, prompt: 'Who?' },
    });
    expect(changed).toEqual(['spec']);
    expect(differences).toEqual([
      { factor: 'spec', pointer: '/inputs/prompt', a: 'Why?', b: 'Who?', known: true },
    ]);
  });

  test('a setting that was written there is the settings’ alone', () => {
    const warmer = { ...rewritten, model: { ...model, params: { ...model.params, temperature: 1 } } };
    expect(compared(warmer, { ...llm, config: { temperature: 1 } }).changed).toEqual(['settings']);
  });

  test('a model that was written there is the model’s alone', () => {
    const changed = {
      ...rewritten,
      model: { ...model, name: 'ollama:x', hash: other, weights_sha256: other },
    };
    expect(compared(changed, { ...llm, config: { ...llm.config, model: 'ollama:x' } }).changed).toEqual([
      'model',
    ]);
  });

  test('a model that was written there, but not asked, is the spec’s', () => {
    expect(compared(rewritten, { ...llm, config: { ...llm.config, model: 'ollama:x' } }).changed).toEqual([
      'spec',
    ]);
  });

  test('a default that was written out is no other spec', () => {
    const found = compared(rewritten, { ...llm, config: { temperature: 0, top_p: 1 }, tags: [] });
    expect(found).toEqual({ changed: [], unknown: [], differences: [] });
  });
});
