import type { ModelRequest } from '@timelab/core';

/**
 * The body of a chat completion, with every setting said that all OpenAI-compatible servers know. Penalties are said to be
 * none; the context window, top_k and min_p have no word in this protocol and stay the server's.
 */
export function openaiRequest(model: string, request: ModelRequest) {
  const { params } = request;
  return {
    model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    stream_options: { include_usage: true },
    temperature: params.temperature,
    top_p: params.top_p,
    seed: params.seed,
    max_tokens: params.max_tokens,
    presence_penalty: 0,
    frequency_penalty: 0,
    ...(params.stop.length > 0 ? { stop: params.stop } : {}),
    ...responseFormat(request),
  };
}

/** What is sent, without the words themselves: those are the spec's. */
export function sentOptions(request: ReturnType<typeof openaiRequest>): Record<string, unknown> {
  const { messages: _words, model: _name, ...settings } = request;
  return settings;
}

function responseFormat(request: ModelRequest) {
  if (request.jsonSchema !== undefined) {
    const json_schema = { name: 'answer', strict: true, schema: request.jsonSchema };
    return { response_format: { type: 'json_schema', json_schema } };
  }
  return request.format === 'json' ? { response_format: { type: 'json_object' } } : {};
}
