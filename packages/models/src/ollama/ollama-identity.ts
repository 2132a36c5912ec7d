import { type ModelDescription, Problem } from '@timelab/core';
import type { Ollama } from 'ollama';
import {
  countField,
  isRecord,
  LONGEST_FACT,
  parsed,
  quoted,
  textField,
  wholeText,
} from '../network/server-words.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a server knows of one model: who it is, and what it adds to every request by itself. */
export interface OllamaIdentity extends ModelDescription {
  /** The texts at which the model's own settings end an answer; sent along, since a request replaces them. */
  readonly ownStops: readonly string[];
}

/** A name as Ollama lists it: without a tag, `:latest` is meant. */
function listedName(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1).includes(':') ? model : `${model}:latest`;
}

/** The models that a server lists, each with the fields it gave. Throws `backend_protocol` if there is no list. */
export async function listedModels(client: Ollama): Promise<readonly Fields[]> {
  return modelsOf(await client.list());
}

/** The models that a server has in memory now. */
export async function loadedModels(client: Ollama): Promise<readonly Fields[]> {
  return modelsOf(await client.ps());
}

function modelsOf(reply: unknown): readonly Fields[] {
  const models = isRecord(reply) ? reply['models'] : undefined;
  // A server without any model answers null.
  if (models === null) return [];
  if (Array.isArray(models)) return models.filter(isRecord);
  throw new Problem('backend_protocol', 'The server gave no list of models, as Ollama does.');
}

/** The list's entry for a model, if the server has it. */
export function entryFor(models: readonly Fields[], model: string): Fields | undefined {
  const name = listedName(model);
  return models.find((entry) => entry['name'] === name || entry['model'] === name);
}

/** The digest in a list's entry (sha256 of Ollama's manifest, lower-case hex). Throws `digest_missing`. */
export function digestIn(entry: Fields, model: string): string {
  const digest = textField(entry, 'digest')?.replace(/^sha256:/, '');
  if (digest !== undefined && /^[0-9a-f]{64}$/.test(digest)) return digest;
  throw new Problem('digest_missing', `The server lists ${model} without a digest.`);
}

/** Puts together what the list's entry and the server's `show` say of a model. */
export function identify(
  name: string,
  entry: Fields,
  shown: Fields,
  release: string | undefined,
): OllamaIdentity {
  const details = record(shown['details']);
  const info = record(shown['model_info']);
  const architecture = textField(info, 'general.architecture') ?? textField(details, 'family');
  const facts = {
    weightsSha256: weightsIn(shown),
    sizeBytes: countField(entry, 'size'),
    license: licenseIn(info, shown),
    quantization: textField(details, 'quantization_level'),
    parameters: textField(info, 'general.size_label') ?? textField(details, 'parameter_size'),
    architecture,
    contextLength: countField(info, `${architecture}.context_length`),
    remoteHost: remoteIn(entry) ?? remoteIn(shown),
  };
  const engine = release === undefined ? { name: 'ollama' } : { name: 'ollama', release };
  return { name, hash: digestIn(entry, name), ...known(facts), engine, ownStops: stopsIn(shown) };
}

/** The host that really answers: an entry with a remote model or host is served from elsewhere. */
function remoteIn(fields: Fields): string | undefined {
  return textField(fields, 'remote_host') ?? textField(fields, 'remote_model');
}

/** The weights' own sha256, from the modelfile's FROM line; only the hex, because the path before it names a home folder. */
function weightsIn(shown: Fields): string | undefined {
  const froms = [...wholeText(shown, 'modelfile').matchAll(/^FROM .*sha256-([0-9a-f]{64})\s*$/gm)];
  return froms.length === 1 ? froms[0]?.[1] : undefined;
}

/** The short name of a licence where the weights carry one, else the first line of its text. */
function licenseIn(info: Fields, shown: Fields): string | undefined {
  const [firstLine = ''] = wholeText(shown, 'license').trim().split('\n');
  return textField(info, 'general.license') ?? (quoted(firstLine.slice(0, 80)) || undefined);
}

/** Ollama prints its settings one a line, a stop as a Go string between quotes. Stops cannot be cut, so too many are refused. */
function stopsIn(shown: Fields): string[] {
  const lines = [...wholeText(shown, 'parameters').matchAll(/^stop\s+(".*")\s*$/gm)];
  const stops = lines.map(([, text = '']) => readQuoted(text).toWellFormed());
  if (JSON.stringify(stops).length <= LONGEST_FACT) return stops;
  throw new Problem('backend_protocol', 'The server gives more texts to stop at than any model has.');
}

function readQuoted(text: string): string {
  const value = parsed(text);
  return typeof value === 'string' ? value : text.slice(1, -1);
}

function record(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

/** The facts without those that are not known. */
function known<T extends object>(facts: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
