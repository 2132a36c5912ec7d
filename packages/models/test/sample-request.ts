import type { ModelRequest } from '@timelab/core';
import type { BackendOptions } from '../src/index.ts';
import { dataDir } from './weights.ts';

/** A greedy request for a short answer, changed where a test says so. */
export function ask(
  prompt: string,
  params: Partial<ModelRequest['params']> = {},
  rest: Partial<Omit<ModelRequest, 'params'>> = {},
): ModelRequest {
  const usual = { temperature: 0, top_p: 1, seed: 0, max_tokens: 24, stop: [], context_length: 512 };
  return {
    messages: [{ role: 'user', content: prompt }],
    format: 'text',
    ...rest,
    params: { ...usual, ...params },
  };
}

/** The options of a caller that may reach this machine only. */
export function offline(changed: Partial<BackendOptions> = {}): BackendOptions {
  return { dataDir, cwd: process.cwd(), allowNet: false, hosts: new Set(), ...changed };
}

/** A signal that never fires. */
export const never: AbortSignal = new AbortController().signal;
