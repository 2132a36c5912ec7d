import { canonicalJson, type Json } from '../canonical-json.ts';
import { hashJson } from '../hash.ts';
import type { Manifest } from '../manifest.ts';
import type { Determinism, ModelAnswer, ModelDescription, ModelRequest } from '../model.ts';
import { runPlaces } from '../places.ts';
import type { LlmSpec } from '../spec.ts';
import type { Verdict } from '../validation.ts';
import {
  beginRecord,
  type CodeState,
  describeModel,
  endRecord,
  paramsOf,
  type RunCall,
  type RunEnding,
  specCopy,
} from './record.ts';

/** Everything that is known of a run of `timelab ai` before it begins. */
export interface AiCall extends RunCall {
  readonly spec: LlmSpec;
  /** The full name of the model that is asked: the spec's, or the one that the command put in its place. */
  readonly model: string;
  readonly request: ModelRequest;
}

/** The record of a run as it begins, with all that is known before the model is asked. */
export function beginAi(call: AiCall, start: Date): Manifest {
  return { ...beginRecord(call, start), model: { name: call.model, params: paramsOf(call.request) } };
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
  return {
    ...manifest,
    inputs_key: inputsKey(call, model),
    ...describeModel(model, call.request, determinism),
  };
}

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
export interface AiOutcome extends RunEnding {
  readonly answer?: ModelAnswer;
  readonly verdicts?: readonly Verdict[];
}

/** The record of a run that has ended; artifacts and digests are the store's to add. */
export function endAi(manifest: Manifest, outcome: AiOutcome): Manifest {
  const { answer, verdicts } = outcome;
  const ended = endRecord(manifest, outcome, metricsOf(answer));
  return {
    ...ended,
    ...(answer === undefined || ended.model === undefined ? {} : { model: answeredBy(ended.model, answer) }),
    ...(verdicts === undefined || verdicts.length === 0 ? {} : { validation: [...verdicts] }),
  };
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

function metricsOf(answer: ModelAnswer | undefined): Record<string, number | undefined> {
  const seconds = (milliseconds: number | undefined) =>
    milliseconds === undefined ? undefined : milliseconds / 1000;
  return {
    tokens_input: answer?.tokensInput,
    tokens_output: answer?.tokensOutput,
    model_load_seconds: seconds(answer?.timing.loadMs),
    first_token_seconds: seconds(answer?.timing.firstTokenMs),
    model_seconds: seconds(answer?.timing.totalMs),
  };
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
