import { hash } from 'node:crypto';
import { canonicalJson, type Json } from './json/canonical-json.ts';

/** The lower-case hex sha256 of bytes, or of a text's UTF-8. */
export function sha256(data: Uint8Array | string): string {
  return hash('sha256', data);
}

/** The sha256 of a value's canonical JSON: equal for equal values, however they were written. */
export function hashJson(value: Json): string {
  return sha256(canonicalJson(value));
}
