import type { SpecKind } from './spec/spec.ts';

/** Where runs lie inside a day: what models answered, and what was made of histories. */
export const runPlaces = { ai: 'ai-team/artifacts', analyzer: 'analyzer/outputs' } as const;
export type RunPlace = (typeof runPlaces)[keyof typeof runPlaces];

/** Where the specs of a day lie. */
export const specPlace = 'ai-team/specs';

/** Where the graphs of a day's mined histories are linked from. */
export const knowledgePlace = 'knowledge/graph';

/** Where the runs of a kind of spec lie inside a day. */
export function runPlace(kind: SpecKind): RunPlace {
  return kind === 'llm' ? runPlaces.ai : runPlaces.analyzer;
}
