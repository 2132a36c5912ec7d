import fc from 'fast-check';
import { sha256 } from '../src/hash.ts';
import type { ModelDescription } from '../src/model.ts';
import type { AiCall } from '../src/plans/ai.ts';
import { specCopy } from '../src/record/kept-files.ts';
import { modelRequest } from '../src/request.ts';
import { readLlmSpec } from './llm-specs.ts';

/** What shapes an answer, each fact by itself. */
export interface Facts {
  readonly prompt?: string;
  readonly seed?: number;
  readonly modelHash?: string;
  readonly weights?: string;
  readonly engineRelease?: string;
  readonly engineCpu?: string;
  readonly fileText?: string;
  readonly commit?: string;
  readonly tree?: string;
  readonly flakeLock?: string;
  readonly toolVersion?: string;
  readonly model?: string;
}

const digest = fc.nat({ max: 3 }).map((at) => sha256(String(at)));
const word = fc.constantFrom('a', 'b', 'c', '1.0', '2.0');

/** Any facts, from so few values that two of them are often equal. */
export const facts: fc.Arbitrary<Facts> = fc.record({
  prompt: fc.constantFrom('Why?', 'Why ?', 'How?'),
  seed: fc.nat(3),
  modelHash: digest,
  weights: digest,
  engineRelease: word,
  engineCpu: word,
  fileText: word,
  commit: digest.map((id) => id.slice(0, 40)),
  tree: digest.map((id) => id.slice(0, 40)),
  flakeLock: digest,
  toolVersion: word,
  model: fc.constantFrom('ollama:a', 'llamacpp:a', 'ollama:b'),
});

/** The call of a run of `timelab ai` in which these facts hold. */
export function aiCall(one: Facts): AiCall {
  const { prompt = 'Why?', seed = 0, fileText = '', model = 'ollama:a' } = one;
  const spec = readLlmSpec({ inputs: { prompt, files: ['notes.md'] }, config: { seed, model } });
  const specHash = sha256(JSON.stringify(spec));
  const kept = (path: string, source: string, data: string) => ({
    path,
    source,
    bytes: Buffer.byteLength(data),
    sha256: sha256(data),
  });
  return {
    spec,
    name: 'why',
    specPath: 'specs/why.json',
    specHash,
    cmd: 'timelab ai --spec specs/why.json',
    model,
    // The text itself is left out of the question, so that its digest has to tell the two apart.
    request: modelRequest(spec, []),
    inputs: [
      kept(specCopy, 'specs/why.json', JSON.stringify(spec)),
      kept('input/files/notes.md', 'notes.md', fileText),
    ],
    code: codeOf(one),
    environment: {
      system: 'x86_64-linux',
      apps: ['timelab@0.1.0'],
      tools: { node: one.toolVersion ?? '20.19.0' },
    },
    allowNet: false,
    clockSet: false,
  };
}

function codeOf({ commit = '1'.repeat(40), tree = '2'.repeat(40), flakeLock = '3'.repeat(64) }: Facts) {
  return { gitSha: commit, flakeLockSha256: flakeLock, git: { dirty: true, tree }, notes: [] };
}

/** Who answers, where these facts hold. */
export function describedModel(one: Facts): ModelDescription {
  return {
    name: one.model ?? 'ollama:a',
    hash: one.modelHash ?? sha256('hash'),
    weightsSha256: one.weights ?? sha256('weights'),
    engine: { name: 'ollama', release: one.engineRelease ?? '1.0', cpu: one.engineCpu ?? 'haswell' },
    quantization: 'Q8_0',
    license: 'Apache-2.0',
  };
}
