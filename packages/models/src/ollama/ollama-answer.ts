import { type ModelAnswer, Problem, type RunHooks } from '@timelab/core';
import type { ChatResponse, Ollama } from 'ollama';
import { countField, quoted, textField } from '../network/server-words.ts';
import type { OllamaRequest } from './ollama-request.ts';

const NANOSECONDS_IN_MS = 1e6;

/** Sends a request and reads its answer to the end. Throws `backend_protocol` if it does not say how it ended. */
export async function readOllamaAnswer(
  client: Ollama,
  request: OllamaRequest,
  origin: string,
  hooks: RunHooks,
): Promise<Omit<ModelAnswer, 'sent'>> {
  const start = performance.now();
  let text = '';
  let firstTokenMs: number | undefined;
  let last: ChatResponse | undefined;
  hooks.onProgress?.('loading');
  for await (const part of await client.chat(request)) {
    const piece = contentOf(part, origin);
    if (firstTokenMs === undefined && piece !== '') {
      firstTokenMs = performance.now() - start;
      hooks.onProgress?.('answering');
    }
    if (piece !== '') hooks.onText?.(piece);
    text += piece;
    last = part;
  }
  return {
    text: text.toWellFormed(),
    ...ending(last, origin),
    timing: timing(last, firstTokenMs, performance.now() - start),
  };
}

function contentOf(part: ChatResponse, origin: string): string {
  const content: unknown = part.message?.content;
  if (typeof content === 'string') return content;
  throw new Problem('backend_protocol', `${origin} sent a line without a message in it.`);
}

function ending(last: ChatResponse | undefined, origin: string) {
  const fields = { ...last };
  const reason = textField(fields, 'done_reason');
  if (reason !== 'stop' && reason !== 'length') {
    throw new Problem(
      'backend_protocol',
      `${origin} ended its answer for no known reason (${quoted(reason ?? 'none given')}).`,
    );
  }
  const tokensInput = countField(fields, 'prompt_eval_count');
  const tokensOutput = countField(fields, 'eval_count');
  return {
    finishReason: reason,
    ...(tokensInput === undefined ? {} : { tokensInput }),
    ...(tokensOutput === undefined ? {} : { tokensOutput }),
  } as const;
}

function timing(last: ChatResponse | undefined, firstTokenMs: number | undefined, totalMs: number) {
  const load = countField({ ...last }, 'load_duration');
  return {
    ...(load === undefined ? {} : { loadMs: load / NANOSECONDS_IN_MS }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    totalMs,
  };
}
