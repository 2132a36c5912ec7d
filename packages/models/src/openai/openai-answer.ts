import { type ModelAnswer, Problem, type ReadReply, type RunHooks } from '@timelab/core';
import { explainRefusal } from '../network/refused-request.ts';
import {
  countField,
  isRecord,
  parsed,
  type Quote,
  textField,
  wholeText,
  wordsOfError,
} from '../network/server-words.ts';

/** Who answers, as messages name it, and how it is quoted. */
export interface Speaker {
  readonly origin: string;
  readonly model: string;
  readonly quote: Quote;
}

/** An answer as it was read, and how long it took to come. */
interface TimedReply {
  readonly read: ReadReply;
  readonly timing: NonNullable<ModelAnswer['timing']>;
}

/** What the events of one answer have said so far. */
interface Heard {
  text: string;
  finish?: string;
  fingerprint?: string;
  usage?: Readonly<Record<string, unknown>>;
  firstTokenMs?: number;
}

/**
 * Reads the events of a chat completion to its `[DONE]`. Throws `backend_protocol` where an event is broken, the end is missing or
 * no known reason for it is given, and what the server meant where it reports an error in the middle. `start` is when the
 * request was sent, as `performance.now()` told it.
 */
export async function readOpenaiAnswer(
  events: AsyncIterable<string>,
  speaker: Speaker,
  hooks: RunHooks,
  start: number,
): Promise<TimedReply> {
  const heard: Heard = { text: '' };
  for await (const event of events) {
    if (event === '[DONE]') return { read: ending(heard, speaker), timing: timing(heard, start) };
    const piece = hear(heard, fieldsOf(event, speaker));
    if (piece === '') continue;
    if (heard.firstTokenMs === undefined) hooks.onProgress?.('answering');
    heard.firstTokenMs ??= performance.now() - start;
    hooks.onText?.(piece);
  }
  throw new Problem(
    'backend_protocol',
    `${speaker.origin} ended its answer without saying that it was done.`,
  );
}

function fieldsOf(event: string, { origin, model, quote }: Speaker) {
  const fields = parsed(event);
  if (!isRecord(fields)) {
    throw new Problem(
      'backend_protocol',
      // What it holds may be a model's words, which no record has.
      `${origin} sent an event of ${event.length} characters that is not a JSON object.`,
    );
  }
  if (fields['error'] !== undefined)
    throw explainRefusal(0, wordsOfError({ error: fields['error'] }, quote), origin, model);
  return fields;
}

/** Takes in one event; gives the text that it adds. */
function hear(heard: Heard, fields: Readonly<Record<string, unknown>>): string {
  const choice: unknown = Array.isArray(fields['choices']) ? fields['choices'][0] : undefined;
  if (isRecord(fields['usage'])) heard.usage = fields['usage'];
  const fingerprint = textField(fields, 'system_fingerprint');
  if (fingerprint !== undefined) heard.fingerprint = fingerprint;
  if (!isRecord(choice)) return '';
  const finish = textField(choice, 'finish_reason');
  if (finish !== undefined) heard.finish = finish;
  const piece = isRecord(choice['delta']) ? wholeText(choice['delta'], 'content') : '';
  heard.text += piece;
  return piece;
}

function ending({ text, finish, usage = {}, fingerprint }: Heard, { origin, quote }: Speaker) {
  if (finish !== 'stop' && finish !== 'length') {
    throw new Problem(
      'backend_protocol',
      `${origin} ended its answer for no known reason (${quote(finish ?? 'none given')}).`,
    );
  }
  const tokensInput = countField(usage, 'prompt_tokens');
  const tokensOutput = countField(usage, 'completion_tokens');
  return {
    text: text.toWellFormed(),
    finishReason: finish,
    ...(fingerprint === undefined ? {} : { server: quote(fingerprint) }),
    ...(tokensInput === undefined ? {} : { tokensInput }),
    ...(tokensOutput === undefined ? {} : { tokensOutput }),
  } as const;
}

function timing({ firstTokenMs }: Heard, start: number) {
  const totalMs = performance.now() - start;
  return firstTokenMs === undefined ? { totalMs } : { firstTokenMs, totalMs };
}
