import { createHash } from 'node:crypto';
import type { ChatResponse } from 'ollama';
import type { OllamaRequest } from './ollama-request.ts';

/** How many of the likeliest tokens a server tells the probabilities of: the most that it can be asked for. */
const TOLD = 20;

/** The same request, with the probabilities of tokens asked for; a server that does not know them gives none. */
export function withProbabilities(request: OllamaRequest): OllamaRequest {
  return Object.assign({}, request, { logprobs: true, top_logprobs: TOLD });
}

/** Lets each token of a part of an answer be heard, with its probability and those of the likeliest others. */
export function hearTokens(part: ChatResponse, hear: (digest: string) => void): void {
  const told: unknown = Reflect.get(part, 'logprobs');
  if (!Array.isArray(told)) return;
  // Numbers are written back as they were read, to the last digit.
  for (const token of told)
    hear(createHash('sha256').update(JSON.stringify(token)).digest('hex').slice(0, 16));
}
