import { canonicalJson, type Json } from '../canonical-json.ts';
import { hashJson } from '../hash.ts';
import { MANIFEST_VERSION, type Manifest } from '../manifest.ts';
import type { Determinism, ModelAnswer, ModelDescription, ModelRequest } from '../model.ts';
import { runPlaces } from '../places.ts';
import type { Problem } from '../problem.ts';
import { runId } from '../run-id.ts';
import type { LlmSpec } from '../spec.ts';
import type { Verdict } from '../validation.ts';

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

/** Everything that is known of a run of `timelab ai` before it begins. */
export interface AiCall {
  readonly spec: LlmSpec;
  readonly name: string;
  readonly specPath: string;
  readonly specHash: string;
  readonly cmd: string;
  /** The full name of the model that is asked: the spec's, or the one that the command put in its place. */
  readonly model: string;
  readonly request: ModelRequest;
  readonly inputs: readonly KeptInput[];
  readonly code: CodeState;
  readonly environment: Manifest['env'];
  readonly allowNet: boolean;
  readonly clockSet: boolean;
  readonly localTime?: (start: Date) => string;
}

/** The record of a run as it begins: `running`, with all that is known before the model is asked. */
export function beginAi(call: AiCall, start: Date): Manifest {
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
    timestamp_start,
    timestamp_end: null,
    ...(call.localTime === undefined ? {} : { local_time: call.localTime(start) }),
    ...(call.clockSet ? { clock: 'set' as const } : {}),
    cmd: call.cmd,
    git_sha,
    flake_lock_sha256,
    ...(git === undefined ? {} : { git }),
    env: call.environment,
    task: taskOf(call),
    model: { name: call.model, params: paramsOf(call.request) },
    status: 'running',
    inputs: [...call.inputs],
    artifacts: [],
    digests: {},
    network: { allowed: call.allowNet, hosts: [] },
    ...(notes.length === 0 ? {} : { notes: [...notes] }),
  };
}

function taskOf(call: AiCall): Manifest['task'] {
  const { spec, name, specPath, specHash } = call;
  const task = { kind: spec.kind, name, spec_path: specPath, inputs_hash: specHash };
  return spec.tags.length === 0 ? task : { ...task, tags: spec.tags };
}

function paramsOf(request: ModelRequest): Record<string, Json> {
  return { ...request.params, format: request.format } as Record<string, Json>;
}

/** Where the runs of `ai` lie inside a day. */
export const aiPlace = runPlaces.ai;

/** The record once it is known who will answer, and with it the key of equal work. */
export function describeAi(
  call: AiCall,
  manifest: Manifest,
  model: ModelDescription,
  determinism: Determinism,
): Manifest {
  const { hash, weightsSha256, engine, quantization, license, remoteHost } = model;
  return {
    ...manifest,
    inputs_key: inputsKey(call, model),
    model: {
      name: model.name,
      ...(hash === undefined ? {} : { hash }),
      ...(weightsSha256 === undefined ? {} : { weights_sha256: weightsSha256 }),
      params: paramsOf(call.request),
      engine,
      ...(remoteHost === undefined ? {} : { remote_host: remoteHost }),
      ...(quantization === undefined ? {} : { quantization }),
      ...(license === undefined ? {} : { license }),
    },
    determinism: { tier: determinism.tier, reasons: [...determinism.reasons] },
  };
}

/** Where a run keeps the bytes of its spec, relative to the run. */
export const specCopy = 'input/spec.json';

/**
 * The sha256 over everything that must be equal for two runs to be the same work: what is asked, of which
 * weights on which engine, by which code in which environment. No time, no name, no place is in it: neither the
 * spec's own bytes, which hold its name and tags, nor where its files lie, whose names and texts are in the request.
 */
function inputsKey(call: AiCall, model: ModelDescription): string {
  const { request, code, environment, spec } = call;
  const key = {
    kind: spec.kind,
    request: { ...request, params: { ...request.params } },
    validation: spec.validation,
    inputs: call.inputs.filter(({ path }) => path !== specCopy).map((input) => input.sha256),
    model: {
      name: model.name,
      hash: model.hash ?? null,
      weights_sha256: model.weightsSha256 ?? null,
      engine: { ...model.engine },
    },
    code: { is: codeKey(code), flake_lock_sha256: code.flakeLockSha256 },
    environment,
  };
  return hashJson(JSON.parse(JSON.stringify(key)) as Json);
}

// A commit that adds a day's records changes no code: where it is known, what lies outside the days is the key.
function codeKey({ git, gitSha }: CodeState): string {
  return git?.code_sha256 ?? `${gitSha} ${git?.tree ?? ''}`;
}

/** How a run ended: with an answer that was held against its checks, or with a problem. */
export interface AiOutcome {
  readonly end: Date;
  readonly durationSeconds: number;
  readonly hosts: readonly string[];
  readonly answer?: ModelAnswer;
  readonly verdicts?: readonly Verdict[];
  readonly problem?: Problem;
  /** Whether a signal ended the run. */
  readonly cancelled?: boolean;
}

/** The record of a run that has ended; artifacts and digests are the store's to add. */
export function endAi(manifest: Manifest, outcome: AiOutcome): Manifest {
  const { answer, verdicts, problem } = outcome;
  const { runner: _, ...rest } = manifest;
  return {
    ...rest,
    timestamp_end: endOf(manifest, outcome).toISOString(),
    status: outcome.cancelled ? 'cancelled' : problem === undefined ? 'ok' : 'error',
    ...(problem === undefined ? {} : { error: errorOf(problem) }),
    ...(answer === undefined || rest.model === undefined ? {} : { model: answeredBy(rest.model, answer) }),
    ...(verdicts === undefined || verdicts.length === 0 ? {} : { validation: [...verdicts] }),
    metrics: metricsOf(outcome),
    network: { ...rest.network, hosts: [...outcome.hosts].sort() },
  };
}

// Claims step past a clock that is set, and any other can be put back: still no run ends before it starts.
function endOf(manifest: Manifest, { end }: AiOutcome): Date {
  return new Date(Math.max(end.getTime(), Date.parse(manifest.timestamp_start)));
}

function answeredBy(
  model: NonNullable<Manifest['model']>,
  answer: ModelAnswer,
): NonNullable<Manifest['model']> {
  const { server } = answer;
  const { engine } = model;
  const said = server === undefined || engine === undefined ? {} : { engine: { ...engine, server } };
  return { ...model, ...said, sent: answer.sent as Record<string, Json> };
}

function errorOf(problem: Problem): NonNullable<Manifest['error']> {
  return { code: problem.exitCode, kind: problem.kind, message: problem.message, hint: problem.hint };
}

function metricsOf({ durationSeconds, answer }: AiOutcome): Record<string, number> {
  const seconds = (milliseconds: number | undefined) =>
    milliseconds === undefined ? undefined : milliseconds / 1000;
  const known = {
    duration_seconds: durationSeconds,
    tokens_input: answer?.tokensInput,
    tokens_output: answer?.tokensOutput,
    model_load_seconds: seconds(answer?.timing.loadMs),
    first_token_seconds: seconds(answer?.timing.firstTokenMs),
    model_seconds: seconds(answer?.timing.totalMs),
  };
  const rounded = Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(rounded.map(([key, value]) => [key, Math.round(value * 1e6) / 1e6]));
}

/** The one line of output.jsonl: the answer with its usage, and nothing that changes when the answer does not. */
export function outputLine(index: number, request: ModelRequest, answer: ModelAnswer): string {
  const usage = { tokens_input: answer.tokensInput, tokens_output: answer.tokensOutput };
  const line = {
    index,
    seed: request.params.seed,
    // A model can leave half of a surrogate pair; as UTF-8, in the answer's own file, it is U+FFFD as well.
    text: answer.text.toWellFormed(),
    finish_reason: answer.finishReason,
    usage,
  };
  return `${canonicalJson(JSON.parse(JSON.stringify(line)) as Json)}\n`;
}

/** The file that holds the answer alone, named by what it is. */
export function answerFile(format: LlmSpec['config']['format']): string {
  return `output/answer.${{ text: 'txt', markdown: 'md', json: 'json' }[format]}`;
}
