import type { IncomingMessage } from 'node:http';
import { ReadableStream } from 'node:stream/web';
import { Problem } from '@timelab/core';
import { abortError, answerCut, answerTooLarge, silentTooLong } from './network-faults.ts';
import type { NetworkPolicy } from './policy.ts';

/** The bytes of a reply, as they come; fails with a `Problem` when the server falls silent, talks too much or hangs up. */
export function gatedBody(
  reply: IncomingMessage,
  origin: string,
  policy: NetworkPolicy,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunksOf(reply, origin, policy, signal));
}

async function* chunksOf(reply: IncomingMessage, origin: string, policy: NetworkPolicy, signal: AbortSignal) {
  const idle = setTimeout(
    () => reply.destroy(silentTooLong(origin, policy.idleTimeoutMs)),
    policy.idleTimeoutMs,
    // The open connection keeps the process waiting, not the timer: a body that nobody reads to its end must not.
  ).unref();
  let bytes = 0;
  try {
    for await (const chunk of reply as AsyncIterable<Buffer>) {
      idle.refresh();
      bytes += chunk.length;
      if (bytes > policy.maxResponseBytes) throw answerTooLarge(origin, policy.maxResponseBytes);
      yield new Uint8Array(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw abortError();
    throw error instanceof Problem ? error : answerCut(origin, error);
  } finally {
    clearTimeout(idle);
    reply.destroy();
  }
}
