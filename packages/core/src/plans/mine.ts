import { hashJson } from '../hash.ts';
import type { Json } from '../json/canonical-json.ts';
import type { KeptAnswer, ModelDescription, ModelRequest } from '../model.ts';
import { runPlaces } from '../places.ts';
import type { EarnedDeterminism } from '../probe/earned-tier.ts';
import { fileList } from '../record/kept-files.ts';
import type { Manifest } from '../record/manifest.ts';
import type { AnalysisSpec, MiningSpec } from '../spec/spec.ts';
import { metricsOf, withAnswers } from './answers.ts';
import type { MiningWork } from './mining-work.ts';
import { beginRecord, describeModel, endRecord, type RunCall, type RunEnding } from './record.ts';

/** Where the runs of `mine` and `summ` lie inside a day. */
export const minePlace = runPlaces.analyzer;

/** What was found to mine; the manifest has it under `history`. */
export type History = NonNullable<Manifest['history']>;

/** A model that adds words of its own to each commit, and the settings that it is asked with. */
export interface Commentator {
  readonly model: ModelDescription;
  readonly determinism: EarnedDeterminism;
  /** The request for one commit, whose messages differ with the commit. */
  readonly request: ModelRequest;
}

/** Everything that is known of a run of `mine` or `summ` before it begins. */
export interface MineCall extends RunCall {
  readonly spec: MiningSpec | AnalysisSpec;
  readonly history: History;
  readonly work: MiningWork;
  readonly commentator?: Commentator;
}

/** The record of a run as it begins: all but what comes out is known. */
export function beginMine(call: MineCall, start: Date): Manifest {
  const { commentator, work, history } = call;
  return {
    ...beginRecord(call, start),
    inputs_key: miningKey(call),
    history,
    ...(work.files.length === 0 ? {} : { file_list: fileList }),
    ...(commentator === undefined
      ? {}
      : describeModel(commentator.model, commentator.request, commentator.determinism)),
  };
}

/**
 * The sha256 over everything that must be equal for two runs to have the same records: which commits, which of
 * them without parents to compare with, which settings, which programs, and who adds words. Where the repository lay, and the lab's own code, are no part of it.
 */
export function miningKey({ spec, history, work, commentator, environment }: MineCall): string {
  const { object_format, ids_sha256, flags, shallow, ends_sha256 } = history;
  const words = commentator && {
    request: { ...commentator.request },
    model: { name: commentator.model.name, hash: commentator.model.hash ?? null },
    weights_sha256: commentator.model.weightsSha256 ?? null,
    engine: { ...commentator.model.engine },
  };
  const key = {
    kind: spec.kind,
    object_format,
    ids_sha256,
    flags,
    shallow,
    ends_sha256,
    work,
    words,
    environment,
  };
  return hashJson(JSON.parse(JSON.stringify(key)) as Json);
}

/** What came of a run: the digest of the stream of records, the programs' own versions, what the model answered. */
export interface MineOutcome extends RunEnding {
  readonly streamSha256?: string;
  readonly tools?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly fetches?: number;
  readonly answers?: readonly KeptAnswer[];
}

/** The record of a run that has ended; artifacts and digests are the store's to add. */
export function endMine(manifest: Manifest, outcome: MineOutcome): Manifest {
  const { history: began, env, notes: known = [] } = manifest;
  const { streamSha256: stream_sha256, fetches, tools = {}, notes = [], answers = [] } = outcome;
  const metrics = { commits: began?.commits, ...metricsOf(answers) };
  const ended = withAnswers(endRecord(manifest, outcome, metrics), answers);
  const found = {
    ...(stream_sha256 === undefined ? {} : { stream_sha256 }),
    ...(fetches === undefined ? {} : { fetches }),
  };
  const said = [...known, ...notes];
  return {
    ...ended,
    env: { ...env, tools: { ...env.tools, ...tools } },
    ...(began === undefined ? {} : { history: { ...began, ...found } }),
    ...(said.length === 0 ? {} : { notes: said }),
  };
}
