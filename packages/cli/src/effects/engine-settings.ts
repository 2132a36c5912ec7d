import { formatModelName, type ModelName, Problem, type SamplingParams } from '@timelab/core';

/** The settings of a request that are the engine's own, and not every backend can pass on. */
export type EngineSettings = Pick<SamplingParams, 'cpu' | 'threads'>;

/** Refuses settings that the backend of a model has no way to pass on, before anything is asked or written. */
export function refuseEngineSettings(model: ModelName, { cpu, threads }: EngineSettings): void {
  if (cpu !== undefined && model.backend !== 'llamacpp')
    throw refused(model, `config.cpu is ${JSON.stringify(cpu)}`, 'runs on a server, which chooses its code');
  if (threads !== undefined && model.backend === 'openai')
    throw refused(model, `config.threads is ${threads}`, 'runs on a server that cannot be told how many');
}

function refused(model: ModelName, what: string, why: string): Problem {
  const hint = 'Leave it out, or ask llamacpp:NAME.';
  return new Problem('option_unsupported', `${what}, but ${formatModelName(model)} ${why}.`, { hint });
}
