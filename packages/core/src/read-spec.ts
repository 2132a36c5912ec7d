import type { Json } from './canonical-json.ts';
import { check, show, suggest } from './explain.ts';
import { type Fault, Problem } from './problem.ts';
import { analysisSpec, llmSpec, miningSpec, type Spec } from './spec.ts';
import { readJson, specLimits } from './strict-json.ts';

const schemas = { llm: llmSpec, mining: miningSpec, extraction: miningSpec, analysis: analysisSpec };

/** A spec, or everything that is wrong with it, said at once. */
export type SpecReading = { readonly spec: Spec } | { readonly faults: readonly Fault[] };

/** Reads the bytes of a spec file: first as strict JSON, then by the schema of its kind. */
export function readSpec(bytes: Uint8Array): SpecReading {
  const { value, faults } = readJson(bytes, specLimits);
  if (value === undefined) return { faults };
  const reading = readSpecValue(value);
  if (faults.length === 0) return reading;
  return { faults: 'faults' in reading ? [...faults, ...reading.faults] : faults };
}

/** Reads a spec that is a value already, such as one that a command's flags stand for. */
export function readSpecValue(value: Json): SpecReading {
  const kind = kindOf(value);
  if (typeof kind !== 'string') return { faults: [kind] };
  const result = check<Spec>(schemas[kind], value);
  if ('faults' in result) return result;
  const faults = meaningFaults(result.value);
  return faults.length === 0 ? { spec: result.value } : { faults };
}

/** A spec that must be good: throws `spec_invalid` with all its faults, naming the file. */
export function requireSpec(bytes: Uint8Array, file: string): Spec {
  const reading = readSpec(bytes);
  if ('spec' in reading) return reading.spec;
  throw new Problem('spec_invalid', `${file} is not a valid spec.`, { faults: reading.faults });
}

/** Every kind of spec. */
export const specKinds = Object.keys(schemas) as (keyof typeof schemas)[];

function kindOf(value: Json): keyof typeof schemas | Fault {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { pointer: '', reason: 'is not a JSON object' };
  }
  const kind = (value as { kind?: Json }).kind;
  const known = specKinds.find((name) => name === kind);
  if (known !== undefined) return known;
  const reason = kind === undefined ? 'is missing' : `is ${show(kind)}, which is no kind of spec`;
  return { pointer: '/kind', reason: `${reason}; it is one of ${specKinds.join(', ')}`, ...suggest(kind, specKinds) };
}

/** Faults that are about what the values mean together, which a schema cannot say. */
function meaningFaults(spec: Spec): Fault[] {
  if (spec.kind === 'llm') return lengthFault(spec.validation);
  return spec.kind === 'analysis' ? [] : repositoryFault(spec.inputs.repository);
}

function lengthFault(validation: { min_length?: number; max_length?: number }): Fault[] {
  const { min_length: min = 0, max_length: max = Number.POSITIVE_INFINITY } = validation;
  return min <= max
    ? []
    : [{ pointer: '/validation/min_length', reason: `is ${min}, more than max_length, ${max}` }];
}

function repositoryFault(
  repository: Extract<Spec, { kind: 'mining' | 'extraction' }>['inputs']['repository'],
): Fault[] {
  const named = repository.owner !== undefined && repository.name !== undefined;
  const ways = [named, repository.url !== undefined, repository.path !== undefined].filter(Boolean);
  if (ways.length === 1) return [];
  return [{ pointer: '/inputs/repository', reason: 'needs exactly one of: owner and name, url, path' }];
}
