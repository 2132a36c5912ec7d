import type { Json } from '../json/canonical-json.ts';
import { type RunFactor, runFactors } from '../record/repro-record.ts';
import { jsonDifferences } from './json-differences.ts';

/** One place where two records are not the same, and the factor it belongs to; a side that has nothing there is left out. */
export interface FactorDifference {
  readonly factor: RunFactor;
  /** A JSON pointer into the manifest; for the factor `spec`, into the spec where both were given. */
  readonly pointer: string;
  readonly a?: Json;
  readonly b?: Json;
  /** Whether the factor is known to have changed by this, or one side does not record it. */
  readonly known: boolean;
}

/** A difference that is known. */
export function differs(
  factor: RunFactor,
  pointer: string,
  a: Json | undefined,
  b: Json | undefined,
): FactorDifference {
  const sides = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
  return { factor, pointer, ...sides, known: true };
}

/** The places below a pointer where two values differ, for records in which a missing field says nothing. */
export function recordedDifferences(
  factor: RunFactor,
  at: string,
  a: Json | undefined,
  b: Json | undefined,
): FactorDifference[] {
  return jsonDifferences(a, b).map(({ pointer, ...sides }) => ({
    ...differs(factor, at + pointer, sides.a, sides.b),
    known: sides.a !== undefined && sides.b !== undefined,
  }));
}

/** The factors that are known to have changed, in the order that records name them in. */
export function changedIn(differences: readonly FactorDifference[]): RunFactor[] {
  return runFactors.filter((factor) => differences.some((one) => one.known && one.factor === factor));
}
