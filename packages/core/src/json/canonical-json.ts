/** A value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Writes JSON in the one form of RFC 8785 (JCS): no spaces, keys ordered by UTF-16 code units, numbers and
 * strings as ECMAScript writes them. Throws a TypeError on what JSON cannot hold: NaN, infinities, lone
 * surrogates, undefined.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value);
  throw new TypeError(`JSON cannot hold ${typeof value}`);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold ${value}`);
  return JSON.stringify(value);
}

function canonicalString(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('JSON in canonical form cannot hold a lone surrogate');
  return JSON.stringify(value);
}

function canonicalObject(value: { [key: string]: Json }): string {
  // The default order of sort() is by UTF-16 code units, which is what RFC 8785 section 3.2.3 asks for.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${canonicalString(key)}:${canonicalJson(value[key] as Json)}`);
  return `{${members.join(',')}}`;
}
