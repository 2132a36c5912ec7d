import { hashJson } from '../hash.ts';
import type { Json } from '../json/canonical-json.ts';
import type { KeptAnswer, ModelDescription, ModelRequest } from '../model.ts';
import { runPlaces } from '../places.ts';
import type { EarnedDeterminism } from '../probe/earned-tier.ts';
import { specCopy } from '../record/kept-files.ts';
import type { Manifest } from '../record/manifest.ts';
import { repeated } from '../request.ts';
import type { LlmSpec } from '../spec/spec.ts';
import type { Verdict } from '../validation.ts';
import { metricsOf, withAnswers } from './answers.ts';
import {
  beginRecord,
  type CodeState,
  describeModel,
  endRecord,
  paramsOf,
  type RunCall,
  type RunEnding,
} from './record.ts';

/** Everything that is known of a run of `timelab ai` before it begins. */
export interface AiCall extends RunCall {
  readonly spec: LlmSpec;
  /** The full name of the model that is asked: the spec's, or the one that the command put in its place. */
  readonly model: string;
  /** What is asked, and first of all; the others of `config.repeat` differ in their seeds alone. */
  readonly request: ModelRequest;
}

/** Every request of a run, in order. */
export function requestsOf({ spec, request }: Pick<AiCall, 'spec' | 'request'>): ModelRequest[] {
  const { repeat } = spec.config;
  return repeat === 1 ? [request] : repeated(request, repeat);
}

/** The record of a run as it begins, with all that is known before the model is asked. */
export function beginAi(call: AiCall, start: Date): Manifest {
  return { ...beginRecord(call, start), model: { name: call.model, params: paramsOfCall(call) } };
}

/** A run's settings; how often it asks is told where it is more than once. */
function paramsOfCall({ spec, request }: AiCall): Record<string, Json> {
  const { repeat } = spec.config;
  return repeat === 1 ? paramsOf(request) : { ...paramsOf(request), repeat };
}

/** Where the runs of `ai` lie inside a day. */
export const aiPlace = runPlaces.ai;

/** The record once it is known who will answer, and with it the key of equal work. */
export function describeAi(
  call: AiCall,
  manifest: Manifest,
  model: ModelDescription,
  determinism: EarnedDeterminism,
): Manifest {
  const described = describeModel(model, call.request, determinism);
  return {
    ...manifest,
    inputs_key: inputsKey(call, model),
    ...described,
    model: { ...described.model, params: paramsOfCall(call) },
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
    ...(spec.config.repeat === 1 ? {} : { repeat: spec.config.repeat }),
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

/** How a run ended: with answers that were held against their checks, or with a problem, or with both. */
export interface AiOutcome extends RunEnding {
  readonly answers: readonly KeptAnswer[];
  readonly verdicts: readonly AnswerVerdict[];
}

/** A verdict on one answer; which, is told where there are several. */
export type AnswerVerdict = Verdict & { readonly index?: number };

/** The record of a run that has ended; artifacts and digests are the store's to add. */
export function endAi(manifest: Manifest, outcome: AiOutcome): Manifest {
  const { answers, verdicts } = outcome;
  const ended = withAnswers(endRecord(manifest, outcome, metricsOf(answers)), answers);
  return verdicts.length === 0 ? ended : { ...ended, validation: [...verdicts] };
}
