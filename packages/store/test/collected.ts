import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** What a stream has said so far. */
export interface Collected {
  text: string;
  readonly stream: Readable;
}

/** Collects what a stream says, as UTF-8. */
export function collect(stream: Readable): Collected {
  const collected = { text: '', stream };
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    collected.text += chunk;
  });
  return collected;
}

/** Waits until a stream has said a word so many times; throws with all that it said if it ends before. */
export async function waitFor(collected: Collected, word: string, times = 1): Promise<void> {
  while (collected.text.split(word).length <= times) {
    if (collected.stream.destroyed) throw new Error(`ended before ${word}: ${collected.text}`);
    await Promise.race([once(collected.stream, 'data'), once(collected.stream, 'close')]);
  }
}
