import type { Json } from '../json/canonical-json.ts';
import type { ModelDescription, ModelRequest } from '../model.ts';
import type { EarnedDeterminism } from '../probe/earned-tier.ts';
import type { Problem } from '../problem/problem.ts';
import { type Isolation, MANIFEST_VERSION, type Manifest } from '../record/manifest.ts';
import { runId } from '../record/run-id.ts';
import type { Spec } from '../spec/spec.ts';

/** The state of the lab's own repository when a run began. */
export interface CodeState {
  /** 40 or 64 hex digits; zeros where there is no commit. */
  readonly gitSha: string;
  /** Zeros where there is no flake.lock. */
  readonly flakeLockSha256: string;
  readonly git?: NonNullable<Manifest['git']>;
  /** What a reader should know, such as that there was no git. */
  readonly notes: readonly string[];
}

/** A file that was read for a run and is kept in its `input/` folder. */
export interface KeptInput {
  /** Relative to the run. */
  readonly path: string;
  /** As the spec or the command names it, relative to the lab. */
  readonly source: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Everything that is known of a run of any kind before it begins. */
export interface RunCall {
  readonly spec: Pick<Spec, 'kind' | 'tags'>;
  readonly name: string;
  readonly specPath: string;
  readonly specHash: string;
  readonly cmd: string;
  /** The run that is repeated, if one is. */
  readonly parentRunId?: string;
  readonly inputs: readonly KeptInput[];
  readonly code: CodeState;
  readonly environment: Manifest['env'];
  /** The flake that timelab was built from, if one was. */
  readonly flake?: NonNullable<Manifest['flake']>;
  readonly allowNet: boolean;
  /** What the helper programs run behind, if any do. */
  readonly isolation?: Isolation;
  readonly clockSet: boolean;
  readonly localTime?: (start: Date) => string;
}

/** The record of a run as it begins: `running`, with all that is known before any work is done. */
export function beginRecord(call: RunCall, start: Date): Manifest {
  const timestamp_start = start.toISOString();
  const { gitSha: git_sha, flakeLockSha256: flake_lock_sha256, git, notes } = call.code;
  return {
    schema_version: MANIFEST_VERSION,
    run_id: runId({
      specHash: call.specHash,
      gitSha: git_sha,
      flakeLockSha256: flake_lock_sha256,
      timestampStart: timestamp_start,
    }),
    ...(call.parentRunId === undefined ? {} : { parent_run_id: call.parentRunId }),
    timestamp_start,
    timestamp_end: null,
    ...(call.localTime === undefined ? {} : { local_time: call.localTime(start) }),
    ...(call.clockSet ? { clock: 'set' as const } : {}),
    cmd: call.cmd,
    git_sha,
    flake_lock_sha256,
    ...(git === undefined ? {} : { git }),
    ...(call.flake === undefined ? {} : { flake: call.flake }),
    env: call.environment,
    task: taskOf(call),
    status: 'running',
    inputs: [...call.inputs],
    artifacts: [],
    digests: {},
    network: {
      allowed: call.allowNet,
      hosts: [],
      ...(call.isolation === undefined ? {} : { helpers: call.isolation }),
    },
    ...(notes.length === 0 ? {} : { notes: [...notes] }),
  };
}

function taskOf(call: RunCall): Manifest['task'] {
  const { spec, name, specPath, specHash } = call;
  const task = { kind: spec.kind, name, spec_path: specPath, inputs_hash: specHash };
  return spec.tags.length === 0 ? task : { ...task, tags: spec.tags };
}

/** A request's settings as a record shows them. */
export function paramsOf(request: ModelRequest): Record<string, Json> {
  return { ...request.params, format: request.format } as Record<string, Json>;
}

/** Who answers, as a record shows it, once it is known; with the tier of what may be expected of it. */
export function describeModel(
  model: ModelDescription,
  request: ModelRequest,
  determinism: EarnedDeterminism,
): Pick<Required<Manifest>, 'model' | 'determinism'> {
  const { hash, weightsSha256, engine, quantization, license, remoteHost } = model;
  return {
    model: {
      name: model.name,
      ...(hash === undefined ? {} : { hash }),
      ...(weightsSha256 === undefined ? {} : { weights_sha256: weightsSha256 }),
      params: paramsOf(request),
      engine,
      ...(remoteHost === undefined ? {} : { remote_host: remoteHost }),
      ...(quantization === undefined ? {} : { quantization }),
      ...(license === undefined ? {} : { license }),
    },
    determinism: { ...determinism, reasons: [...determinism.reasons] },
  };
}

/** How a run of any kind ended. */
export interface RunEnding {
  readonly end: Date;
  readonly durationSeconds: number;
  readonly hosts: readonly string[];
  readonly problem?: Problem;
  /** Whether a signal ended the run. */
  readonly cancelled?: boolean;
}

/**
 * The record of a run that has ended; artifacts and digests are the store's to add. Metrics that are not known are
 * left out, and others rounded to the microsecond.
 */
export function endRecord(
  manifest: Manifest,
  ending: RunEnding,
  metrics: Readonly<Record<string, number | undefined>> = {},
): Manifest {
  const { problem } = ending;
  const { runner: _, ...rest } = manifest;
  return {
    ...rest,
    timestamp_end: endOf(manifest, ending).toISOString(),
    status: ending.cancelled ? 'cancelled' : problem === undefined ? 'ok' : 'error',
    ...(problem === undefined ? {} : { error: errorOf(problem) }),
    metrics: rounded({ duration_seconds: ending.durationSeconds, ...metrics }),
    network: { ...rest.network, hosts: [...ending.hosts].sort() },
  };
}

// Claims step past a clock that is set, and any other can be put back: still no run ends before it starts.
function endOf(manifest: Manifest, { end }: RunEnding): Date {
  return new Date(Math.max(end.getTime(), Date.parse(manifest.timestamp_start)));
}

function errorOf(problem: Problem): NonNullable<Manifest['error']> {
  return { code: problem.exitCode, kind: problem.kind, message: problem.message, hint: problem.hint };
}

function rounded(metrics: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const known = Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([key, value]) => [key, Math.round(value * 1e6) / 1e6]));
}
