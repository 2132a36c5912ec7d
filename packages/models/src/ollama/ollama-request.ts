import type { ModelRequest } from '@timelab/core';
import type { ChatRequest } from 'ollama';

/** A chat request with the two switches that the client's types do not know yet. */
export type OllamaRequest = ChatRequest & { stream: true; truncate: false; shift: false };

/**
 * The request with every setting said, because what is left out is chosen by the server from its memory and its version.
 * What timelab has no word for is set to have no effect; GPU layers, and threads unless asked for, stay the server's, who knows
 * its machine.
 * A request's stops replace the model's own, so those are sent along.
 */
export function ollamaRequest(
  model: string,
  request: ModelRequest,
  ownStops: readonly string[],
): OllamaRequest {
  const { params } = request;
  return {
    model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    think: false,
    // Without these two an overlong prompt or answer is cut in silence.
    truncate: false,
    shift: false,
    ...formatOf(request),
    options: {
      temperature: params.temperature,
      top_k: 0,
      top_p: params.top_p,
      min_p: 0,
      typical_p: 1,
      repeat_penalty: 1,
      repeat_last_n: 0,
      presence_penalty: 0,
      frequency_penalty: 0,
      seed: params.seed,
      num_predict: params.max_tokens,
      num_ctx: params.context_length,
      num_keep: 0,
      num_batch: 512,
      ...(params.threads === undefined ? {} : { num_thread: params.threads }),
      stop: [...new Set([...ownStops, ...params.stop])],
    },
  };
}

function formatOf(request: ModelRequest): { format?: string | object } {
  if (request.jsonSchema !== undefined) return { format: request.jsonSchema };
  return request.format === 'json' ? { format: 'json' } : {};
}

/** What is sent, without the words themselves: those are the spec's. A cold call is one before which the model is unloaded. */
export function sentOptions(request: OllamaRequest, cold: boolean): Record<string, unknown> {
  const { messages: _words, model: _name, ...settings } = request;
  return cold ? { ...settings, unload_first: true } : settings;
}
