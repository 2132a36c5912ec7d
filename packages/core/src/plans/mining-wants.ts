import type { AnalysisSpec, MiningSpec } from '../spec/spec.ts';
import { type MiningWork, oneCommit, planMining } from './mining-work.ts';

/** Which commits a spec wants, of which repository, and what is to be made of them. */
export interface MiningWants {
  readonly repository: MiningSpec['inputs']['repository'];
  readonly fetchMode: MiningSpec['config']['fetch_mode'];
  /** The revision to begin at; the repository's HEAD if left out. */
  readonly revision?: string;
  readonly limit: number;
  readonly filter: Omit<MiningSpec['inputs']['filter'], 'branch'>;
  /** These and no others, if there are any. */
  readonly commits: readonly string[];
  readonly work: MiningWork;
  /** The model that adds words of its own, and what it is asked. */
  readonly words?: { readonly model: string; readonly template?: string };
}

/** What a spec of `mine` or `summ` wants; `defaultModel` adds words where a spec wants some and names no model. */
export function wantsOf(spec: MiningSpec | AnalysisSpec, defaultModel: string): MiningWants {
  return spec.kind === 'analysis' ? oneWanted(spec) : manyWanted(spec, defaultModel);
}

function manyWanted(spec: MiningSpec, defaultModel: string): MiningWants {
  const { repository, filter, commits } = spec.inputs;
  const { branch, ...conditions } = filter;
  const { limit, fetch_mode: fetchMode, analyze } = spec.config;
  const { enabled, model = defaultModel, prompt_template: template } = analyze.llm_analysis;
  return {
    repository,
    fetchMode,
    ...(branch === undefined ? {} : { revision: branch }),
    limit,
    filter: conditions,
    commits,
    work: planMining(spec),
    ...(enabled ? { words: { model, ...(template === undefined ? {} : { template }) } } : {}),
  };
}

function oneWanted({ inputs, config }: AnalysisSpec): MiningWants {
  return {
    repository: inputs.repository ?? { path: '.' },
    fetchMode: 'diff-only',
    revision: inputs.commit,
    limit: 1,
    filter: {},
    commits: [],
    work: oneCommit,
    ...(config.model === undefined ? {} : { words: { model: config.model } }),
  };
}
