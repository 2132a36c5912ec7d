import * as z from 'zod';
import type { Json } from '../json/canonical-json.ts';
import { readJson, specLimits } from '../json/strict-json.ts';
import { check, show, suggest } from '../problem/explain.ts';
import { firstFaults } from '../problem/faults.ts';
import { type Fault, Problem } from '../problem/problem.ts';
import {
  analysisSpec,
  GREATEST_SEED,
  type LlmSpec,
  llmSpec,
  type MiningSpec,
  miningSpec,
  type Spec,
} from './spec.ts';

const schemas = { llm: llmSpec, mining: miningSpec, extraction: miningSpec, analysis: analysisSpec };

/** A spec, or everything that is wrong with it, said at once. */
export type SpecReading = { readonly spec: Spec } | { readonly faults: readonly Fault[] };

/** Reads the bytes of a spec file: first as strict JSON, then by the schema of its kind. */
export function readSpec(bytes: Uint8Array): SpecReading {
  const { value, faults } = readJson(bytes, specLimits);
  if (value === undefined) return { faults };
  const reading = readSpecValue(value);
  if (faults.length === 0) return reading;
  // A place that cannot be read has been named already; what the schema says of it is an echo.
  const named = new Set(faults.map(({ pointer }) => pointer));
  const others = 'faults' in reading ? reading.faults.filter(({ pointer }) => !named.has(pointer)) : [];
  return { faults: firstFaults([...faults, ...others]) };
}

/** Reads a spec that is a value already, such as one that a command's flags stand for. */
export function readSpecValue(value: Json): SpecReading {
  const kind = kindOf(value);
  if (typeof kind !== 'string') return { faults: [kind] };
  const result = check<Spec>(schemas[kind](), value);
  const faults = [...('faults' in result ? result.faults : []), ...meaningFaults(value as JsonObject)];
  return 'value' in result && faults.length === 0 ? { spec: result.value } : { faults: firstFaults(faults) };
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
  return {
    pointer: '/kind',
    reason: `${reason}; it is one of ${specKinds.join(', ')}`,
    ...suggest(kind, specKinds),
  };
}

// To write code for a schema, as zod does unless told, takes longer than to check one spec without.
const readOnce = { jitless: true };

type JsonObject = { [key: string]: Json };

/** Faults that are about what the values mean together, which a schema cannot say; said of the parts that are sound. */
function meaningFaults(spec: JsonObject): Fault[] {
  if (spec['kind'] === 'llm') {
    const shape = llmSpec().shape;
    const validation = shape.validation.safeParse(spec['validation'], readOnce);
    const config = shape.config.safeParse(spec['config'], readOnce);
    return [
      ...(validation.success ? lengthFault(validation.data) : []),
      ...(config.success ? seedFault(config.data) : []),
    ];
  }
  const { repository } = miningSpec().shape.inputs.shape;
  const inputs = z.looseObject({ repository }).safeParse(spec['inputs'], readOnce);
  return inputs.success ? repositoryFault(inputs.data.repository) : [];
}

function lengthFault(validation: LlmSpec['validation']): Fault[] {
  const { min_length: min = 0, max_length: max = Number.POSITIVE_INFINITY } = validation;
  return min <= max
    ? []
    : [{ pointer: '/validation/min_length', reason: `is ${min}, more than max_length, ${max}` }];
}

/** Each repeat has the next seed, and the last of them has to be one too. */
function seedFault({ seed, repeat }: LlmSpec['config']): Fault[] {
  const last = seed + repeat - 1;
  return last <= GREATEST_SEED
    ? []
    : [{ pointer: '/config/repeat', reason: `is ${repeat}, and the seeds would go up to ${last}` }];
}

function repositoryFault(repository: MiningSpec['inputs']['repository']): Fault[] {
  const named = repository.owner !== undefined && repository.name !== undefined;
  const half = !named && (repository.owner !== undefined || repository.name !== undefined);
  const ways = [named, repository.url !== undefined, repository.path !== undefined].filter(Boolean);
  if (ways.length === 1 && !half) return [];
  return [{ pointer: '/inputs/repository', reason: 'needs exactly one of: owner and name, url, path' }];
}
