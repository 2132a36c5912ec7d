import { Problem } from '@timelab/core';
import type { Ollama } from 'ollama';
import { gatedFetch } from '../network/gated-fetch.ts';
import { type HeardReply, heardReply } from '../network/heard-reply.ts';
import type { NetworkPolicy } from '../network/policy.ts';
import { refusedRequest } from '../network/refused-request.ts';
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
  return new Client({
    host: server.address,
    fetch: async (input, init) => {
      const response = await fetchThrough(input, init);
      if (!response.ok) throw await refusedRequest(response, server.address, model, server.quote);
      return isChat(input) ? streamed(response, server, model, heard) : whole(response, server);
    },
  });
}

/** Only chats are streamed; the other replies are one JSON value. */
function isChat(input: string | URL | Request): boolean {
  return String(input).endsWith('/api/chat');
}

function streamed(response: Response, server: OllamaServer, model: string, heard: HeardReply): Response {
  if (response.body === null) throw notOllama(server);
  const body = checkedStream(heard.hear(response.body), {
    origin: server.address,
    model,
    quote: server.quote,
  });
  return new Response(body, { headers: response.headers });
}

async function whole(response: Response, server: OllamaServer): Promise<Response> {
  const text = await response.text();
  if (parsed(text) === undefined) throw notOllama(server);
  return new Response(text, { headers: response.headers });
}

function notOllama(server: OllamaServer): Problem {
  return new Problem('backend_protocol', `What listens at ${server.address} does not speak as Ollama does.`, {
    hint: 'Check OLLAMA_HOST: another server may have that port.',
  });
}
