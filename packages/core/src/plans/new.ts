import { specPlace } from '../places.ts';
import { DEFAULT_MODEL, SPEC_VERSION, type SpecKind } from '../spec/spec.ts';

/** A spec to start from: where it goes, relative to the lab, and its text. */
export interface NewSpecPlan {
  readonly path: string;
  readonly text: string;
}

/** Plans a spec of a kind that can be run as it is and shows the fields people change first. */
export function planNewSpec(day: string, name: string, kind: SpecKind): NewSpecPlan {
  const spec = { kind, version: SPEC_VERSION, name, ...bodies[kind] };
  return { path: `${day}/${specPlace}/${name}.json`, text: `${JSON.stringify(spec, null, 2)}\n` };
}

const mining = {
  description: 'Which files of this lab change, and how often.',
  inputs: { repository: { path: '.' }, filter: {} },
  config: { limit: 20 },
};

const bodies: Record<SpecKind, object> = {
  llm: {
    description: 'What this is for, in a sentence.',
    inputs: {
      system: 'You answer in one or two plain sentences.',
      prompt: 'Why does an experiment need a record that others can check?',
      files: [],
    },
    config: { model: DEFAULT_MODEL, temperature: 0, top_p: 1, seed: 0, max_tokens: 128 },
    validation: { min_length: 1 },
  },
  mining,
  extraction: mining,
  analysis: { description: 'What the newest commit did.', inputs: { commit: 'HEAD' } },
};
