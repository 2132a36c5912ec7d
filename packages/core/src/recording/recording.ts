import * as z from 'zod';
import { hashJson, sha256 } from '../hash.ts';
import { anyJson } from '../json/any-json.ts';
import { canonicalJson, type Json } from '../json/canonical-json.ts';
import type { ModelDescription, ModelRequest } from '../model.ts';
import { once } from '../once.ts';
import { sha256 as digest, runPath, timestamp } from '../record/manifest-fields.ts';

/** The folder of a lab that holds what models answered, at its top: no day's, since an answer is looked for by what was asked. */
export const recordingsFolder = 'ai-recordings';

/** The longest reply that is kept, in bytes; it stands in one file, which git has to carry for ever. */
export const LONGEST_REPLY = 32 * 1024 * 1024;

/** A model as recordings know it: who answered, as a record tells it. */
export const recordedModel = once(() =>
  z
    .strictObject({
      schema_version: z.literal('1.0'),
      backend: z.string(),
      name: z.string(),
      hash: digest.exactOptional(),
      weights_sha256: digest.exactOptional(),
      engine: z.strictObject({
        name: z.string(),
        release: z.string().exactOptional(),
        server: z.string().exactOptional(),
        cpu: z.string().exactOptional(),
      }),
      remote_host: z.string().exactOptional(),
      quantization: z.string().exactOptional(),
      license: z.string().exactOptional(),
    })
    .describe('A model that answered, as it stands in ai-recordings/models.'),
);
export type RecordedModel = z.output<ReturnType<typeof recordedModel>>;

/** One answer of a model, as it stands in ai-recordings/answers. */
export const recording = once(() =>
  z
    .strictObject({
      schema_version: z.literal('1.0'),
      key: digest.describe('The sha256 of the canonical JSON (RFC 8785) of request.'),
      request: z
        .record(z.string(), anyJson)
        .describe('Everything that can alter the answer: model, engine, messages, settings, schema, repeat.'),
      model: digest.describe('The file in ai-recordings/models that says who answered.'),
      recorded_at: timestamp,
      run: z
        .strictObject({ run_id: digest, path: runPath.describe('Relative to the lab.') })
        .describe('The run that the answer was given in.'),
      sent: z.record(z.string(), anyJson).describe("Every setting that was sent, by the engine's own names."),
      reply: z.string().describe("The reply's own bytes, as they came, in UTF-8."),
    })
    .describe('One answer of a model, kept under what was asked.'),
);
export type Recording = z.output<ReturnType<typeof recording>>;

/** What an answer is kept under: everything that can alter it, and nothing that cannot. */
export type RecordedRequest = { [key: string]: Json };

/** Who would be asked what, in so far as it shapes the answer. */
export interface Asked {
  readonly backend: string;
  readonly model: Pick<ModelDescription, 'name' | 'hash' | 'engine' | 'remoteHost'>;
  readonly request: ModelRequest;
  /** What the backend says that it would send. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * The request that an answer is kept under. A model is its digest, and only one without has to be its name. A schema
 * is a text, because the order of its keys, which canonical JSON forgets, is the order that the model writes in.
 */
export function recordedRequest({ backend, model, request, settings }: Asked): RecordedRequest {
  const { messages, params, format, jsonSchema, repeat = 0 } = request;
  const whole = {
    version: 1,
    backend,
    model: model.hash === undefined ? { name: model.name } : { hash: model.hash },
    remote_host: model.remoteHost ?? null,
    engine: model.engine,
    messages,
    params,
    format,
    json_schema: jsonSchema === undefined ? null : JSON.stringify(jsonSchema),
    settings,
    repeat,
  };
  return JSON.parse(JSON.stringify(whole)) as RecordedRequest;
}

/** The key of a request: equal for equal requests alone. */
export function recordingKey(request: RecordedRequest): string {
  return hashJson(request);
}

/**
 * Whether an answer of a model may stand for a new one unasked: only where a digest says which weights answered, here
 * and not behind another host.
 */
export function isPinned({ hash, remoteHost }: Pick<ModelDescription, 'hash' | 'remoteHost'>): boolean {
  return hash !== undefined && remoteHost === undefined;
}

/** A kept file: its name, and its text, which ends in no line end, so that no tool that converts those can alter it. */
export interface KeptFile {
  readonly name: string;
  readonly text: string;
}

/** A recording, and the name of its file. */
export interface KeptRecording {
  readonly name: string;
  readonly recording: Recording;
}

/** The recordings of a lab, wherever they lie; damaged ones are passed over as if they were not there. */
export interface Recordings {
  /** Every model that answered, by the sha256 of its file. */
  models(): Promise<ReadonlyMap<string, ModelDescription>>;
  /** The answers that are kept under a key, the first that was recorded first. */
  find(key: string): AsyncIterable<KeptRecording>;
  all(): AsyncIterable<KeptRecording>;
  /**
   * Keeps an answer for good. Says in words why one cannot be kept, for which it also looks at what was `said` in it,
   * the answer and all else, whole, which a reply in pieces does not show; throws Problems of the disk.
   */
  keep(model: KeptFile, recording: Recording, said: readonly string[]): Promise<string | undefined>;
  /** The files that were passed over so far, relative to the lab. */
  readonly damaged: readonly string[];
}

/** A model as a file that is named by its content. */
export function modelFile(backend: string, described: ModelDescription): KeptFile {
  const { name, hash, weightsSha256, engine, remoteHost, quantization, license } = described;
  const model = {
    schema_version: '1.0',
    backend,
    name,
    hash,
    weights_sha256: weightsSha256,
    engine,
    remote_host: remoteHost,
    quantization,
    license,
  };
  const text = canonicalJson(JSON.parse(JSON.stringify(model)) as Json);
  return { name: `${sha256(text)}.json`, text };
}

/** Reads a model's file; undefined if it is not what its name says. */
export function readModelFile(name: string, bytes: Uint8Array): ModelDescription | undefined {
  if (name !== `${sha256(bytes)}.json`) return undefined;
  const result = recordedModel().safeParse(parsed(bytes), { jitless: true });
  if (!result.success) return undefined;
  const { schema_version: _, backend: __, weights_sha256, remote_host, ...same } = result.data;
  return {
    ...same,
    ...(weights_sha256 === undefined ? {} : { weightsSha256: weights_sha256 }),
    ...(remote_host === undefined ? {} : { remoteHost: remote_host }),
  };
}

/** A recording as a file: named by its key, its time and its content, so that files of two branches never meet in one name. */
export function recordingFile(value: Recording): KeptFile {
  const text = canonicalJson(value as unknown as Json);
  return { name: `${value.key}.${compact(value.recorded_at)}.${sha256(text).slice(0, 32)}.json`, text };
}

const compact = (instant: string) => instant.replace(/[-:.]/g, '');

/** Reads a recording; undefined if its content is not what its name says, or its key not that of its request. */
export function readRecording(name: string, bytes: Uint8Array): Recording | undefined {
  const [key, time, content, ...ending] = name.split('.');
  if (content !== sha256(bytes).slice(0, 32) || ending.join('.') !== 'json') return undefined;
  const result = recording().safeParse(parsed(bytes), { jitless: true });
  if (!result.success) return undefined;
  const { data } = result;
  const right = data.key === key && compact(data.recorded_at) === time && isKeyOf(data.request, key);
  return right ? data : undefined;
}

function isKeyOf(request: RecordedRequest, key: string): boolean {
  try {
    return recordingKey(request) === key;
  } catch {
    // Half of a surrogate pair has no canonical form: no request of ours holds one.
    return false;
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
