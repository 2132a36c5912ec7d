import type { Json } from '../src/json/canonical-json.ts';
import { readSpecValue } from '../src/spec/read-spec.ts';
import type { LlmSpec } from '../src/spec/spec.ts';

/** The least spec that is good, with some of its parts changed, read; throws if it is not good. */
export function readLlmSpec(changes: { [key: string]: Json }): LlmSpec {
  const reading = readSpecValue({
    kind: 'llm',
    version: '1.0',
    inputs: { prompt: 'Say hello.' },
    ...changes,
  });
  if ('spec' in reading && reading.spec.kind === 'llm') return reading.spec;
  throw new Error(JSON.stringify(reading));
}
