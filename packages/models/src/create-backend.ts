import { type Backend, formatModelName, type ModelName, Problem } from '@timelab/core';
import type { BackendOptions } from './backend-options.ts';

/** The backend that answers for a name. Only the code of that one is loaded, and nothing is reached yet. */
export async function createBackend(name: ModelName, options: BackendOptions): Promise<Backend> {
  switch (name.backend) {
    case 'ollama':
      return (await import('./ollama/ollama-backend.ts')).ollamaBackend(name, options);
    case 'llamacpp':
      return (await import('./llamacpp/llamacpp-backend.ts')).llamacppBackend(name, options);
    case 'openai':
      if (options.cold === true) throw noColdStart(name);
      return (await import('./openai/openai-backend.ts')).openaiBackend(name, options);
  }
}

function noColdStart(name: ModelName): Problem {
  return new Problem('option_unsupported', `${formatModelName(name)} cannot be told to start cold.`, {
    hint: 'The protocol has no word for it. Leave --cold out, or ask ollama:NAME or llamacpp:NAME.',
  });
}
