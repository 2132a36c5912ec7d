import type { ReadableStream } from 'node:stream/web';
import { readLines } from '../network/reply-lines.ts';

/** The data of each event of a stream, in order, without the framing (WHATWG HTML, section 9.2.6). Other fields are passed over. */
export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
  origin: string,
): AsyncGenerator<string> {
  let data: string[] = [];
  for await (const line of readLines(body, origin)) {
    if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
    if (line !== '' || data.length === 0) continue;
    yield data.join('\n');
    data = [];
  }
  // What the end of the stream cuts off is no event, says the standard; the reader misses it and says so.
}
