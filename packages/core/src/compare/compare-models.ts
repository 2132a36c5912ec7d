import type { Json } from '../json/canonical-json.ts';
import type { Manifest } from '../record/manifest.ts';
import type { RunFactor } from '../record/repro-record.ts';
import { differs, type FactorDifference, recordedDifferences } from './factor-difference.ts';
import { sameJson } from './json-differences.ts';

type Model = NonNullable<Manifest['model']>;

/** Where the weights, or what a server makes of them, are not the same; a name is no identity and counts only where no digest does. */
export function differingModel(from: Manifest, to: Manifest): FactorDifference[] {
  const [a, b] = [from.model, to.model];
  if (a === undefined && b === undefined) return [];
  if (a === undefined || b === undefined) return [differs('model', '/model/name', a?.name, b?.name)];
  const host = optional(a.remote_host, b.remote_host, '/model/remote_host');
  const comparable = digestsOf(a, b).filter(({ left, right }) => left !== undefined && right !== undefined);
  const digests = comparable.filter(({ left, right }) => left !== right);
  if (digests.length > 0) {
    const name = optional(a.name, b.name, '/model/name');
    const size = optional(a.quantization, b.quantization, '/model/quantization');
    return [
      ...name,
      ...digests.map(({ pointer, left, right }) => differs('model', pointer, left, right)),
      ...size,
      ...host,
    ];
  }
  if (comparable.length > 0) return host;
  if (a.name !== b.name) return [differs('model', '/model/name', a.name, b.name), ...host];
  return [{ ...differs('model', '/model/hash', a.hash, b.hash), known: false }, ...host];
}

/** The digests that can be held against each other: a backend's own only with another of that backend. */
function digestsOf(a: Model, b: Model) {
  const backend = ({ name }: Model) => name.slice(0, name.indexOf(':'));
  const weights = { pointer: '/model/weights_sha256', left: a.weights_sha256, right: b.weights_sha256 };
  const own = { pointer: '/model/hash', left: a.hash, right: b.hash };
  return backend(a) === backend(b) ? [own, weights] : [weights];
}

/** Where the program that ran the weights is another: its name, release, server or CPU variant. */
export function differingEngine({ model: a }: Manifest, { model: b }: Manifest): FactorDifference[] {
  if (a === undefined || b === undefined) return [];
  return recordedDifferences(
    'engine',
    '/model/engine',
    a.engine as Json | undefined,
    b.engine as Json | undefined,
  );
}

/** What backends send that follows from another factor: a grammar from the spec's schema, room from the prompt, stops from the model. */
const follows: Readonly<Record<string, readonly RunFactor[]>> = {
  grammar: ['spec'],
  format: ['spec'],
  response_format: ['spec'],
  maxTokens: ['spec', 'inputs', 'model'],
  chatTemplate: ['model', 'engine'],
  stop: ['model'],
};

/** Where an answer was asked for, or a history mined, with other settings; `changed` are the factors that settings may follow from. */
export function differingSettings(
  from: Manifest,
  to: Manifest,
  changed: readonly RunFactor[],
): FactorDifference[] {
  const flags = [from.history?.flags, to.history?.flags] as const;
  return [
    ...recordedDifferences('settings', '/history/flags', ...flags),
    ...(from.model === undefined || to.model === undefined
      ? []
      : differingParams(from.model, to.model, changed)),
  ];
}

function differingParams(a: Model, b: Model, changed: readonly RunFactor[]): FactorDifference[] {
  // One answer is asked for where a record does not say how many.
  const [from, to] = [a, b].map(({ params }) => ({ repeat: 1, ...params }));
  const asked = recordedDifferences('settings', '/model/params', from, to);
  // Engines differ in their words for settings: only those of one engine can be held against each other.
  const engines = [a.engine, b.engine].filter((engine) => engine !== undefined);
  if (new Set(engines.map(({ name }) => name)).size > 1) return asked;
  const sent = recordedDifferences('settings', '/model/sent', a.sent, b.sent).filter(
    (one) =>
      !isToldBy(asked, one) && !(follows[nameIn(one)] ?? []).some((factor) => changed.includes(factor)),
  );
  return [...asked, ...sent];
}

// The same change by the engine's own name for it.
function isToldBy(asked: readonly FactorDifference[], { a, b }: FactorDifference): boolean {
  return asked.some((one) => sameJson([one.a ?? null, one.b ?? null], [a ?? null, b ?? null]));
}

// Ollama has most of its settings one step deeper.
const nameIn = ({ pointer }: FactorDifference) =>
  /^\/model\/sent\/(?:options\/)?([^/]+)/.exec(pointer)?.[1] ?? '';

const optional = (a: string | undefined, b: string | undefined, pointer: string) =>
  a === b ? [] : [differs('model', pointer, a, b)];
