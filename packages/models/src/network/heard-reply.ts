import { ReadableStream } from 'node:stream/web';

/** The bytes of a reply, kept while somebody reads them. */
export interface HeardReply {
  /** The same reply, of which every piece that is read is kept. */
  hear(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>;
  /** All that was read so far. */
  bytes(): Uint8Array;
}

/** Listens to a reply, so that it can be kept as it came. */
export function heardReply(): HeardReply {
  const pieces: Uint8Array[] = [];
  async function* listen(body: ReadableStream<Uint8Array>) {
    for await (const piece of body) {
      pieces.push(piece);
      yield piece;
    }
  }
  return {
    hear: (body) => ReadableStream.from(listen(body)),
    bytes: () => Buffer.concat(pieces),
  };
}

/** The bytes of a reply that was kept, as a server would send them. */
export function replyBody(reply: Uint8Array): ReadableStream<Uint8Array> {
  return ReadableStream.from([reply]);
}
