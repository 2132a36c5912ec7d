import type { Json } from '../json/canonical-json.ts';
import { toPointer } from '../json/strict-json.ts';
import { firstFaults } from '../problem/faults.ts';
import type { Fault } from '../problem/problem.ts';
import type { Mask } from './mask.ts';
import { secretIn } from './token-forms.ts';

/**
 * The places of a spec that hold a secret, by its value or by its form: what a person or an agent writes down has no
 * business holding one, not even one that is made up, and can name it instead.
 */
export function heldSecrets(spec: Json, known: Mask): Fault[] {
  return firstFaults([...heldIn(spec, [], known)]);
}

function* heldIn(value: Json, path: readonly (string | number)[], known: Mask): Generator<Fault> {
  if (typeof value === 'string') yield* told(value, path, known);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    // A key that is a secret is no part of a place that can be told.
    yield* told(key, path, known);
    yield* heldIn(inner, [...path, key], known);
  }
}

function* told(text: string, path: readonly (string | number)[], known: Mask): Generator<Fault> {
  const pointer = toPointer(path);
  // An address with a password is refused by who reads addresses, in words that say more.
  const isAddress = pointer === '/inputs/repository/url' && known.find(text) === undefined;
  const held = isAddress ? undefined : secretIn(text, known);
  if (held !== undefined) yield { pointer: known.text(pointer), reason: `holds what looks like ${held}` };
}
