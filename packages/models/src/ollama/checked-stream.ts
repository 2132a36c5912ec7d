import { ReadableStream } from 'node:stream/web';
import { Problem } from '@timelab/core';
import { explainRefusal } from '../network/refused-request.ts';
import { readLines } from '../network/reply-lines.ts';
import { isRecord, parsed, quoted } from '../network/server-words.ts';

/**
 * Ollama's answer lines (NDJSON), passed on only if whole. The client library skips a broken line with a warning on the
 * console and reports an error without its kind, so lines are judged before it sees them: a broken line, an error
 * in the middle and an end without `done` each fail with their own `Problem`.
 */
export function checkedStream(
  body: ReadableStream<Uint8Array>,
  origin: string,
  model: string,
): ReadableStream<Uint8Array> {
  return ReadableStream.from(checkedLines(body, origin, model));
}

async function* checkedLines(body: ReadableStream<Uint8Array>, origin: string, model: string) {
  const encoder = new TextEncoder();
  let last: string | undefined;
  for await (const line of readLines(body, origin)) {
    if (line.trim() === '') continue;
    const value = parsed(line);
    if (!isRecord(value)) throw brokenLine(origin, line);
    if (typeof value['error'] === 'string') throw explainRefusal(0, quoted(value['error']), origin, model);
    if (value['done'] === true) {
      last = line;
      break;
    }
    yield encoder.encode(`${line}\n`);
  }
  if (last === undefined) {
    throw new Problem('backend_protocol', `${origin} ended its answer without saying that it was done.`);
  }
  // The client asks for nothing after this line, so what was read from has to be let go before it.
  yield encoder.encode(`${last}\n`);
}

function brokenLine(origin: string, line: string): Problem {
  return new Problem(
    'backend_protocol',
    `${origin} sent a line that is not a JSON object: "${quoted(line)}".`,
  );
}
