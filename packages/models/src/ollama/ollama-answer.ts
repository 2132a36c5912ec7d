import { type ModelAnswer, Problem, type ReadReply, type RunHooks } from '@timelab/core';
import type { ChatResponse } from 'ollama';
import { replyBody } from '../network/heard-reply.ts';
import { countField, type Quote, textField } from '../network/server-words.ts';
import { checkedLines, type Speaker } from './checked-stream.ts';
import { hearTokens } from './token-probabilities.ts';

const NANOSECONDS_IN_MS = 1e6;

/** An answer as it was read, and how long it took to come. */
interface TimedReply {
  readonly read: ReadReply;
  readonly timing: NonNullable<ModelAnswer['timing']>;
}

/** Reads an answer's parts to its end. Throws `backend_protocol` if it does not say how it ended. */
export async function readOllamaAnswer(
  parts: AsyncIterable<ChatResponse>,
  speaker: Pick<Speaker, 'origin' | 'quote'>,
  hooks: RunHooks,
  start: number,
): Promise<TimedReply> {
  let text = '';
  let firstTokenMs: number | undefined;
  let last: ChatResponse | undefined;
  for await (const part of parts) {
    const piece = contentOf(part, speaker.origin);
    if (firstTokenMs === undefined && piece !== '') {
      firstTokenMs = performance.now() - start;
      hooks.onProgress?.('answering');
    }
    if (piece !== '') hooks.onText?.(piece);
    if (hooks.onToken !== undefined) hearTokens(part, hooks.onToken);
    text += piece;
    last = part;
  }
  return {
    read: { text: text.toWellFormed(), ...ending(last, speaker) },
    timing: timing(last, firstTokenMs, performance.now() - start),
  };
}

/** Reads an answer out of the bytes of a reply that was kept, as `readOllamaAnswer` did when they came. */
export async function rereadOllamaAnswer(
  reply: Uint8Array,
  speaker: Speaker,
  hooks: RunHooks,
): Promise<ReadReply> {
  return (await readOllamaAnswer(keptParts(reply, speaker), speaker, hooks, 0)).read;
}

async function* keptParts(reply: Uint8Array, speaker: Speaker): AsyncGenerator<ChatResponse> {
  for await (const { value } of checkedLines(replyBody(reply), speaker))
    yield value as unknown as ChatResponse;
}

function contentOf(part: ChatResponse, origin: string): string {
  const content: unknown = part.message?.content;
  if (typeof content === 'string') return content;
  throw new Problem('backend_protocol', `${origin} sent a line without a message in it.`);
}

function ending(last: ChatResponse | undefined, { origin, quote }: { origin: string; quote: Quote }) {
  const fields = { ...last };
  const reason = textField(fields, 'done_reason');
  if (reason !== 'stop' && reason !== 'length') {
    throw new Problem(
      'backend_protocol',
      `${origin} ended its answer for no known reason (${quote(reason ?? 'none given')}).`,
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
