import { hashJson, sha256 } from '../src/hash.ts';
import type { Json } from '../src/json/canonical-json.ts';
import { manifestLimits, readJson } from '../src/json/strict-json.ts';
import { runId } from '../src/record/run-id.ts';
import { type Example, examples, faultsOf } from './examples.ts';

/** What schemas/examples/golden.json holds, made anew from the examples and core. */
export function makeGolden() {
  const named = <T>(half: 'valid' | 'invalid', tell: (example: Example) => T) =>
    Object.fromEntries(examples(half).map((example) => [example.file, tell(example)]));
  return {
    valid: named('valid', (example) => ({
      what: example.what,
      sha256: sha256(example.bytes),
      canonical_sha256: hashJson(jsonOf(example)),
    })),
    invalid: named('invalid', (example) => ({ what: example.what, faults: faultsOf(example) })),
    run_ids: runIds(),
  };
}

function jsonOf({ file, bytes }: Example): Json {
  const { value } = readJson(bytes, manifestLimits);
  if (value === undefined) throw new Error(`${file} is not JSON`);
  return value;
}

function runIds() {
  const ids = examples('valid')
    .filter(({ what }) => what === 'manifest')
    .map((example) =>
      idOf(jsonOf(example) as unknown as Record<string, string> & { task: Record<string, string> }),
    );
  return [...new Map(ids.map((id) => [id.run_id, id])).values()];
}

function idOf(run: Record<string, string> & { task: Record<string, string> }) {
  const parts = {
    spec_sha256: run.task['inputs_hash'] ?? '',
    git_sha: run['git_sha'] ?? '',
    flake_lock_sha256: run['flake_lock_sha256'] ?? '',
    timestamp_start: run['timestamp_start'] ?? '',
  };
  const run_id = runId({
    specHash: parts.spec_sha256,
    gitSha: parts.git_sha,
    flakeLockSha256: parts.flake_lock_sha256,
    timestampStart: parts.timestamp_start,
  });
  return { ...parts, run_id };
}
