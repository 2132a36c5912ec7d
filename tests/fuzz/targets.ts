import { ledger, manifest, spec } from './documents.ts';
import { diff } from './patches.ts';
import { ndjson, sse } from './streams.ts';
import type { Target } from './target.ts';

/** A reader with a fault in it, which shows that the harness finds one; asked for by name alone. */
const planted: Target = {
  corpus: [Buffer.from('[]')],
  words: ['[', ']'],
  hold: (input) => {
    if (input.includes('[[[')) throw new TypeError('it cannot be so deep');
  },
};

/** Every reader by name. */
export const targets: Readonly<Record<string, Target>> = {
  spec,
  manifest,
  ledger,
  ndjson,
  sse,
  diff,
  planted,
};
