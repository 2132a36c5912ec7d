import type { ReadableStream } from 'node:stream/web';
import { TextDecoder } from 'node:util';
import { Problem } from '@timelab/core';

/** The lines of a reply, without their ends, the last one too if nothing ends it. Throws `backend_protocol` if they are not UTF-8. */
export async function* readLines(body: ReadableStream<Uint8Array>, origin: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of body) {
    // A carriage return at the very end may be half of a line end.
    const lines = (rest + decode(decoder, chunk, origin)).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function decode(decoder: TextDecoder, chunk: Uint8Array, origin: string): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new Problem('backend_protocol', `${origin} sent bytes that are not UTF-8.`, { cause });
  }
}
