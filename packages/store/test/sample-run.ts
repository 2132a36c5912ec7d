import { type Manifest, NO_COMMIT, NO_FLAKE_LOCK, runId, sha256 } from '@timelab/core';
import type { RunDraft, RunFolder } from '../src/index.ts';

/** The settings of a sample run, as its spec says them and as its record has them. */
const settings = { temperature: 0.2, top_p: 0.95, seed: 1234, max_tokens: 64 };

/** A spec that says the settings of sample runs; another one for each number. */
export function sampleSpec(at: number): string {
  return `${JSON.stringify({ kind: 'llm', config: settings, metadata: { at } })}\n`;
}

/** A run of a spec that stands for any other, as it is drafted for a start. */
export function sampleDraft(start: Date, name = 'sample', spec = sampleSpec(0)): RunDraft {
  const timestampStart = start.toISOString();
  const parts = {
    specHash: sha256(spec),
    gitSha: NO_COMMIT,
    flakeLockSha256: NO_FLAKE_LOCK,
    timestampStart,
  };
  return { section: 'ai-team/artifacts', manifest: sampleManifest(name, timestampStart, runId(parts), spec) };
}

function sampleManifest(name: string, timestampStart: string, id: string, spec: string): Manifest {
  return {
    schema_version: '1.0',
    run_id: id,
    timestamp_start: timestampStart,
    timestamp_end: null,
    cmd: `timelab ai --spec ${name}.json`,
    git_sha: NO_COMMIT,
    flake_lock_sha256: NO_FLAKE_LOCK,
    env: { system: 'x86_64-linux', apps: ['timelab@0.1.0'], tools: { node: '20.19.0' } },
    task: { kind: 'llm', name, spec_path: `${name}.json`, inputs_hash: sha256(spec) },
    model: { name: 'replay:sample', params: settings },
    status: 'running',
    inputs: [],
    artifacts: [],
    digests: {},
    network: { allowed: false, hosts: [] },
  };
}

/** The manifest that a sample run ends with. */
export function endOf(run: RunFolder, end: Date): Manifest {
  const seconds = (end.getTime() - Date.parse(run.manifest.timestamp_start)) / 1000;
  return {
    ...run.manifest,
    status: 'ok',
    timestamp_end: end.toISOString(),
    metrics: { duration_seconds: Math.max(0, seconds), tokens_input: 12, tokens_output: 34 },
  };
}

/** The files that a sample run leaves, by their paths in its folder. */
export const sampleFiles: Readonly<Record<string, string>> = {
  'input/spec.json': sampleSpec(0),
  'output/answer.txt': `${'An answer that is longer than one line. '.repeat(50)}\n`,
  'output/output.jsonl': '{"text":"An answer.","usage":{"tokens_input":12,"tokens_output":34}}\n',
  'logs/log.jsonl': '{"event":"started"}\n{"event":"ended"}\n',
};
