import { Problem } from '@timelab/core';
import type { Ollama } from 'ollama';
import { gatedFetch, type RequestParts } from '../network/gated-fetch.ts';
import { type HeardReply, heardReply } from '../network/heard-reply.ts';
import type { NetworkPolicy } from '../network/policy.ts';
import { refusedRequest } from '../network/refused-request.ts';
import type { Reply } from '../network/reply.ts';
import { parsed, type Quote } from '../network/server-words.ts';
import { checkedStream } from './checked-stream.ts';

/** One Ollama server, and the rules that every request to it obeys. */
export interface OllamaServer {
  /** The address without a final slash, as `parseOllamaHost` gives it. */
  readonly address: string;
  readonly policy: NetworkPolicy;
  /** How its words are quoted in messages. */
  readonly quote: Quote;
}

/**
 * The `ollama` client over our own fetch, good until the signal fires. Every reply is judged before the client
 * sees it, because the client itself would print to the console and forget the kind of a failure. The bytes of a chat
 * are kept in `heard`, too.
 */
export async function ollamaClient(
  server: OllamaServer,
  model: string,
  signal: AbortSignal,
  heard: HeardReply = heardReply(),
): Promise<Ollama> {
  // Loaded here and not at the top: it costs every command 20 ms, and most never ask a server.
  const { Ollama: Client } = await import('ollama');
  const fetchThrough = gatedFetch(server.policy, signal);
  const fetch = async (address: string, parts: RequestParts) => {
    const reply = await fetchThrough(address, parts);
    if (!reply.ok) throw await refusedRequest(reply, server.address, model, server.quote);
    // Only chats are streamed; the other replies are one JSON value.
    return address.endsWith('/api/chat') ? streamed(reply, server, model, heard) : whole(reply, server);
  };
  // Of what a fetch gives, the client reads these fields and no others.
  return new Client({ host: server.address, fetch: fetch as unknown as typeof globalThis.fetch });
}

function streamed({ ok, body }: Reply, server: OllamaServer, model: string, heard: HeardReply) {
  if (body === null) throw notOllama(server);
  const origin = server.address;
  return { ok, body: checkedStream(heard.hear(body), { origin, model, quote: server.quote }) };
}

async function whole(reply: Reply, server: OllamaServer) {
  const value = parsed(await reply.text());
  if (value === undefined) throw notOllama(server);
  return { ok: reply.ok, json: async () => value };
}

function notOllama(server: OllamaServer): Problem {
  return new Problem('backend_protocol', `What listens at ${server.address} does not speak as Ollama does.`, {
    hint: 'Check OLLAMA_HOST: another server may have that port.',
  });
}
