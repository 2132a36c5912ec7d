import type { Fault } from './problem.ts';

/** How many faults of one document are told; a file with more is not mended by reading on. */
export const MOST_FAULTS = 100;

/** The first faults of a document, and one more that says so where there are others. */
export function firstFaults(faults: Iterable<Fault>): Fault[] {
  const first: Fault[] = [];
  for (const fault of faults) {
    if (first.length === MOST_FAULTS) {
      return [...first, { pointer: '', reason: `has more faults than the ${MOST_FAULTS} told here` }];
    }
    first.push(fault);
  }
  return first;
}
