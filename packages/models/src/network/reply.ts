import type { IncomingMessage } from 'node:http';
import type { ReadableStream } from 'node:stream/web';

/**
 * What a server answered, as far as it is read here: a small part of fetch's `Response`. That itself is not made, because
 * to name it loads Node's whole HTTP client, which nothing goes through: some 30 ms of processor time at each start.
 */
export interface Reply {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  /** The bytes as they come; null where the status says that there are none. */
  readonly body: ReadableStream<Uint8Array> | null;
  /** All of it, as UTF-8. */
  text(): Promise<string>;
}

/** The reply that a message is the head of; `open` makes the stream of its bytes. */
export function replyOf(message: IncomingMessage, open: () => ReadableStream<Uint8Array>): Reply {
  const status = message.statusCode ?? 0;
  const isEmpty = status === 204 || status === 205;
  if (isEmpty) message.resume();
  const body = isEmpty ? null : open();
  return { status, ok: status >= 200 && status < 300, body, text: async () => await textOf(body) };
}

async function textOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const pieces: Uint8Array[] = [];
  if (body !== null) for await (const piece of body) pieces.push(piece);
  return new TextDecoder().decode(Buffer.concat(pieces));
}
