import type * as z from 'zod';
import type { Json } from '../json/canonical-json.ts';
import { toPointer } from '../json/strict-json.ts';
import { firstFaults } from './faults.ts';
import { nearest } from './nearest.ts';
import type { Fault } from './problem.ts';

// zod writes code for a schema when it is first used, which takes as long as to check some twenty values without it.
const fewValues = 20;
const checked = new WeakMap<z.ZodType, number>();

/** Says how a schema is to be used that may be used once, or thirty thousand times. */
function usage(schema: z.ZodType): { reportInput: true; jitless: boolean } {
  const before = checked.get(schema) ?? 0;
  checked.set(schema, before + 1);
  return { reportInput: true, jitless: before < fewValues };
}

/** Holds a value against a schema: the value with its defaults filled in, or every fault in timelab's words. */
export function check<T>(schema: z.ZodType<T>, value: Json): { value: T } | { faults: Fault[] } {
  const result = parsed(schema, value);
  if (result === undefined) return { faults: [countless] };
  if (result.success) return { value: result.data };
  return { faults: firstFaults(explainAll(result.error.issues, schema)) };
}

/** What is said of a value with more faults than zod can pass on: it hands them over as arguments, of which the stack bears some 100,000. */
const countless: Fault = { pointer: '', reason: 'has more faults than can be counted' };

function parsed<T>(schema: z.ZodType<T>, value: Json): z.ZodSafeParseResult<T> | undefined {
  try {
    return schema.safeParse(value, usage(schema));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Where a value does not hold against a schema: all places, which `check` tells only the first of, in no words. */
export function placesAtFault(
  schema: z.ZodType,
  value: Json,
): { readonly path: readonly PropertyKey[]; readonly isMissing: boolean }[] {
  const issues = parsed(schema, value)?.error?.issues ?? [];
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], isMissing: false }))
      : [{ path: issue.path, isMissing: issue.input === undefined }],
  );
}

function* explainAll(issues: readonly z.core.$ZodIssue[], schema: z.ZodType): Iterable<Fault> {
  for (const issue of issues) yield* explain(issue, schema);
}

/** One issue of zod's in timelab's words; an object's unknown keys become a fault each. */
function* explain(issue: z.core.$ZodIssue, schema: z.ZodType): Iterable<Fault> {
  if (issue.code !== 'unrecognized_keys') {
    yield { pointer: toPointer(issue.path), reason: reasonOf(issue), ...suggestValue(issue) };
    return;
  }
  const names = keysAt(schema, issue.path);
  for (const key of issue.keys) {
    const pointer = toPointer([...issue.path, key]);
    yield { pointer, reason: 'is not a key that belongs here', ...suggest(key, names) };
  }
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type')
    return `must be ${article(issue.expected)}, not ${shownType(issue.input)}`;
  if (issue.code === 'invalid_value') return `is ${show(issue.input)}; it is ${oneOf(issue.values)}`;
  if (issue.code === 'too_small' && issue.minimum === 1 && issue.origin in items) return 'must not be empty';
  if (issue.code === 'too_small')
    return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${size(issue, issue.minimum)}`;
  if (issue.code === 'too_big') return `must be at most ${size(issue, issue.maximum)}`;
  if (issue.code === 'invalid_format') return `is ${show(issue.input)}; it must be ${issue.message}`;
  if (issue.code === 'invalid_key')
    return `is not a key that belongs here; it must be ${issue.issues[0]?.message}`;
  return issue.message;
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value));
  return shown.length === 1 ? `always ${shown[0]}` : `one of ${shown.join(', ')}`;
}

/** What a bound counts where it does not bound a number. */
const items: Record<string, string> = { string: ' characters long', array: ' items long' };

function size(issue: { origin: string }, bound: number | bigint): string {
  return `${bound}${items[issue.origin] ?? ''}`;
}

function suggestValue(issue: z.core.$ZodIssue): { suggestion?: string } {
  if (issue.code !== 'invalid_value') return {};
  return suggest(issue.input, issue.values.map(String));
}

/** The name that was probably meant, for a fault's `suggestion`. */
export function suggest(word: unknown, names: readonly string[]): { suggestion?: string } {
  const near = typeof word === 'string' ? nearest(word, names) : undefined;
  return near === undefined ? {} : { suggestion: near };
}

/** The keys that an object of the schema may have at a path; none where it is free or an array. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here = unwrap(schema);
  for (const step of path) {
    const shape = shapeOf(here);
    const next = shape === undefined ? elementOf(here) : shape[String(step)];
    if (next === undefined) return [];
    here = unwrap(next);
  }
  return Object.keys(shapeOf(here) ?? {});
}

type Def = { innerType?: z.ZodType; shape?: Record<string, z.ZodType>; element?: z.ZodType };
const defOf = (schema: z.ZodType) => schema.def as Def;
const shapeOf = (schema: z.ZodType) => defOf(schema).shape;
const elementOf = (schema: z.ZodType) => defOf(schema).element;

function unwrap(schema: z.ZodType): z.ZodType {
  const inner = defOf(schema).innerType;
  return inner === undefined ? schema : unwrap(inner);
}

/** A value as a fault shows it: as JSON, cut at 60 characters, with no control character left in it. */
export function show(value: unknown): string {
  const text = (JSON.stringify(value) ?? String(value)).replace(/[\u007f-\u009f]/g, escaped);
  return text.length <= 60 ? text : `${text.slice(0, 57).toWellFormed()}…`;
}

const escaped = (character: string) => `\\u00${character.charCodeAt(0).toString(16)}`;

function article(type: string): string {
  const words: Record<string, string> = {
    int: 'a whole number',
    array: 'an array',
    object: 'an object',
    record: 'an object',
  };
  return words[type] ?? `a ${type}`;
}

function shownType(value: unknown): string {
  return typeof value === 'number' ? show(value) : typeOf(value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return article(typeof value);
}
