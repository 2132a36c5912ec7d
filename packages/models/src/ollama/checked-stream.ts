import { ReadableStream } from 'node:stream/web';
import { Problem } from '@timelab/core';
import { explainRefusal } from '../network/refused-request.ts';
import { readLines } from '../network/reply-lines.ts';
import { isRecord, parsed, type Quote } from '../network/server-words.ts';

/** Who answers, as messages name it, and how it is quoted. */
export interface Speaker {
  readonly origin: string;
  readonly model: string;
  readonly quote: Quote;
}

/**
 * Ollama's answer lines (NDJSON), passed on only if whole. The client library skips a broken line with a warning on the
 * console and reports an error without its kind, so lines are judged before it sees them: a broken line, an error
 * in the middle and an end without `done` each fail with their own `Problem`.
 */
export function checkedStream(
  body: ReadableStream<Uint8Array>,
  speaker: Speaker,
): ReadableStream<Uint8Array> {
  return ReadableStream.from(encoded(checkedLines(body, speaker)));
}

async function* encoded(lines: AsyncIterable<CheckedLine>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const { text } of lines) yield encoder.encode(`${text}\n`);
}

/** A line of an answer, and the object that it is. */
interface CheckedLine {
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The lines that `checkedStream` passes on. */
export async function* checkedLines(
  body: ReadableStream<Uint8Array>,
  { origin, model, quote }: Speaker,
): AsyncGenerator<CheckedLine> {
  let last: CheckedLine | undefined;
  for await (const text of readLines(body, origin)) {
    if (text.trim() === '') continue;
    const value = parsed(text);
    if (!isRecord(value)) throw brokenLine(origin, text);
    if (typeof value['error'] === 'string') throw explainRefusal(0, quote(value['error']), origin, model);
    if (value['done'] === true) {
      last = { text, value };
      break;
    }
    yield { text, value };
  }
  if (last === undefined) {
    throw new Problem('backend_protocol', `${origin} ended its answer without saying that it was done.`);
  }
  // The client asks for nothing after this line, so what was read from has to be let go before it.
  yield last;
}

function brokenLine(origin: string, line: string): Problem {
  return new Problem(
    'backend_protocol',
    // What it holds may be a model's words, which no record has.
    `${origin} sent a line of ${line.length} characters that is not a JSON object.`,
  );
}
