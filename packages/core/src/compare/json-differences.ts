import { canonicalJson, type Json } from '../json/canonical-json.ts';
import { toPointer } from '../json/strict-json.ts';

/** One place where two JSON values are not the same; a side that has nothing there is left out. */
export interface JsonDifference {
  /** RFC 6901; empty where the whole values differ. */
  readonly pointer: string;
  readonly a?: Json;
  readonly b?: Json;
}

type Step = string | number;

/**
 * The places where two values differ, as deep as they go: objects by key, in the order of `a` and then of `b`, arrays
 * of one length by place, others as wholes. Equal values give none; undefined stands for what is not there.
 */
export function jsonDifferences(
  a: Json | undefined,
  b: Json | undefined,
  path: readonly Step[] = [],
): JsonDifference[] {
  if (a === undefined && b === undefined) return [];
  if (a !== undefined && b !== undefined) {
    if (isObject(a) && isObject(b)) return inside(a, b, path, namesOf(a, b));
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) return inside(a, b, path, a.keys());
    if (sameJson(a, b)) return [];
  }
  return [{ pointer: toPointer(path), ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) }];
}

/** Whether two values are the same JSON, however their keys are ordered. */
export function sameJson(a: Json, b: Json): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

function inside(a: object, b: object, path: readonly Step[], names: Iterable<Step>): JsonDifference[] {
  return [...names].flatMap((name) => jsonDifferences(at(a, name), at(b, name), [...path, name]));
}

const at = (whole: object, name: Step) =>
  Object.hasOwn(whole, name) ? (whole as Readonly<Record<Step, Json>>)[name] : undefined;

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const namesOf = (a: object, b: object) => new Set([...Object.keys(a), ...Object.keys(b)]);
