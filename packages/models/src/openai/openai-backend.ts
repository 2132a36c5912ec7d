import {
  type Backend,
  type Determinism,
  formatModelName,
  type ModelAnswer,
  type ModelDescription,
  type ModelName,
  type ModelRequest,
  Problem,
  type ReadReply,
  type RunHooks,
} from '@timelab/core';
import { type BackendOptions, networkPolicy } from '../backend-options.ts';
import { gatedFetch } from '../network/gated-fetch.ts';
import { heardReply, replyBody } from '../network/heard-reply.ts';
import type { NetworkPolicy } from '../network/policy.ts';
import { refusedRequest } from '../network/refused-request.ts';
import { isRecord, parsed, type Quote, quotedThrough, quotedWithout } from '../network/server-words.ts';
import { readOpenaiAnswer, type Speaker } from './openai-answer.ts';
import { openaiRequest, sentOptions } from './openai-request.ts';
import { readServerSentEvents } from './server-sent-events.ts';

/** The port of llama-server, the server that most people start by hand; offline is the default, so it is on this machine. */
const DEFAULT_BASE_URL = 'http://127.0.0.1:8080/v1';

const determinism: Determinism = {
  tier: 'T3',
  reasons: [
    'The server does not say which weights answer, so only the recorded answer can be repeated.',
    'A seed is sent, but the protocol promises nothing of it.',
    'The context window and the samplers that the protocol has no word for are the server’s own.',
  ],
};

/** One OpenAI-compatible server: where it is, how it lets us in, and the rules of every request. */
interface OpenaiServer {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly policy: NetworkPolicy;
  /** Quotes the server, but for the key that it was given. */
  readonly quote: Quote;
}

/** A model on any server that speaks OpenAI's chat completions: streamed, with usage, without a digest. */
export function openaiBackend(name: ModelName, options: BackendOptions): Backend {
  const key = options.openaiApiKey?.trim() ?? '';
  const server: OpenaiServer = {
    baseUrl: parseBaseUrl(options.openaiBaseUrl),
    headers: headersFor(key),
    policy: networkPolicy(options),
    quote: quotedWithout(key, quotedThrough(options.mask)),
  };
  return {
    name,
    capabilities: { digest: false, seed: true, jsonSchema: true },
    determinism,
    settings: (request) => sentOptions(openaiRequest(name.model, request)),
    reread: (reply, hooks = {}) => reread(server, name, reply, hooks),
    describe: (signal) => describe(server, name, signal),
    run: (request, signal, hooks) => run(server, name, request, signal, hooks),
    // There is no digest to compare: what is not known cannot have changed.
    confirm: async () => {},
    close: async () => {},
  };
}

function parseBaseUrl(value: string | undefined): string {
  const text = value?.trim() || DEFAULT_BASE_URL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '') {
    return text.replace(/\/+$/, '');
  }
  throw new Problem('usage', 'OPENAI_BASE_URL is not the address of a server.', {
    hint: 'Write a URL such as http://127.0.0.1:8080/v1; a key belongs in OPENAI_API_KEY.',
  });
}

function headersFor(key: string): Record<string, string> {
  const json = { 'content-type': 'application/json' };
  if (key === '') return json;
  if (/^[\x21-\x7e]+$/.test(key)) return { ...json, authorization: `Bearer ${key}` };
  throw new Problem(
    'usage',
    'OPENAI_API_KEY is not a key: it has spaces or characters outside ASCII in it.',
    {
      hint: 'Copy the key again, whole and alone.',
    },
  );
}

async function describe(
  server: OpenaiServer,
  name: ModelName,
  signal: AbortSignal,
): Promise<ModelDescription> {
  const response = await gatedFetch(server.policy, signal)(`${server.baseUrl}/models`, {
    headers: server.headers,
  });
  const served = response.ok ? modelsIn(await response.text()) : undefined;
  // Some servers have no list at all; then the first request tells.
  if (!response.ok && ![404, 405, 501].includes(response.status)) {
    throw await refusedRequest(response, server.baseUrl, name.model, server.quote);
  }
  if (served !== undefined && !served.some((id) => id === name.model || id === `${name.model}:latest`)) {
    throw missing(server, name, served);
  }
  return { name: formatModelName(name), engine: { name: 'openai-compatible' } };
}

function modelsIn(body: string): string[] | undefined {
  const list = parsed(body);
  const data: unknown = isRecord(list) ? list['data'] : undefined;
  return Array.isArray(data)
    ? data.flatMap((model) => (isRecord(model) ? [String(model['id'])] : []))
    : undefined;
}

function missing(server: OpenaiServer, { model }: ModelName, served: readonly string[]): Problem {
  const names = server.quote(served.slice(0, 10).join(', '));
  return new Problem('model_missing', `The server at ${server.baseUrl} does not have ${model}.`, {
    hint: names === '' ? 'It has no model at all: load one there.' : `It has: ${names}.`,
  });
}

async function run(
  server: OpenaiServer,
  name: ModelName,
  request: ModelRequest,
  signal: AbortSignal,
  hooks: RunHooks = {},
): Promise<ModelAnswer> {
  const whole = openaiRequest(name.model, request);
  const start = performance.now();
  hooks.onProgress?.('loading');
  const response = await gatedFetch(server.policy, signal)(`${server.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: server.headers,
    body: JSON.stringify(whole),
  });
  if (!response.ok) throw await refusedRequest(response, server.baseUrl, name.model, server.quote);
  if (response.body === null)
    throw new Problem('backend_protocol', `${server.baseUrl} sent an empty answer.`);
  const heard = heardReply();
  const events = readServerSentEvents(heard.hear(response.body), server.baseUrl);
  const { read, timing } = await readOpenaiAnswer(
    events,
    speakerOf(server, name, server.baseUrl),
    hooks,
    start,
  );
  return { ...read, timing, reply: heard.bytes(), sent: sentOptions(whole) };
}

async function reread(
  server: OpenaiServer,
  name: ModelName,
  reply: Uint8Array,
  hooks: RunHooks,
): Promise<ReadReply> {
  const origin = 'The recorded server';
  const events = readServerSentEvents(replyBody(reply), origin);
  return (await readOpenaiAnswer(events, speakerOf(server, name, origin), hooks, 0)).read;
}

function speakerOf({ quote }: OpenaiServer, { model }: ModelName, origin: string): Speaker {
  return { origin, model, quote };
}
