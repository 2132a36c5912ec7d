import * as z from 'zod';
import type { Json } from './canonical-json.ts';

/** A schema for any JSON value, free of what JSON cannot hold: undefined, NaN, infinities, dates and the like. */
export const anyJson = z.unknown().refine(isJson, 'must be a JSON value') as unknown as z.ZodType<Json>;

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value === 'object' && value !== null)
    return isPlain(value) && Object.values(value).every(isJson);
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
