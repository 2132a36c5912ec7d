import type { ReadableStream } from 'node:stream/web';
import { TextDecoder } from 'node:util';
import { Problem } from '@timelab/core';

/** The longest line that is read, in UTF-16 code units: far above any piece of an answer. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * The lines of a reply, without their ends, the last one too if nothing ends it; each piece that comes is looked through once.
 * Throws `backend_protocol` if they are not UTF-8 or one is endless.
 */
export async function* readLines(body: ReadableStream<Uint8Array>, origin: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = '';
  // A carriage return at the very end may be half of a line end.
  let half = '';
  for await (const chunk of body) {
    const text = half + decode(decoder, chunk, origin);
    half = text.endsWith('\r') ? '\r' : '';
    const [first = '', ...others] = text.slice(0, text.length - half.length).split(/\r\n|\n|\r/);
    line += first;
    for (const other of others) {
      yield line;
      line = other;
    }
    if (line.length > LONGEST_LINE) throw endlessLine(origin);
  }
  if (line + half !== '') yield line;
}

function endlessLine(origin: string): Problem {
  return new Problem('backend_protocol', `${origin} sent a line longer than ${LONGEST_LINE} characters.`, {
    hint: 'No answer has one: check what listens at that address.',
  });
}

function decode(decoder: TextDecoder, chunk: Uint8Array, origin: string): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new Problem('backend_protocol', `${origin} sent bytes that are not UTF-8.`, { cause });
  }
}
