import {
  type Backend,
  type Determinism,
  formatModelName,
  type ModelAnswer,
  type ModelDescription,
  type ModelName,
  Problem,
  type RunHooks,
} from '@timelab/core';
import type { Ollama } from 'ollama';
import { type BackendOptions, networkPolicy } from '../backend-options.ts';
import { refuseTooLongContext } from '../context-limit.ts';
import { heardReply } from '../network/heard-reply.ts';
import { isRecord, quotedThrough, textField } from '../network/server-words.ts';
import { readOllamaAnswer, rereadOllamaAnswer } from './ollama-answer.ts';
import { type OllamaServer, ollamaClient } from './ollama-client.ts';
import { parseOllamaHost } from './ollama-host.ts';
import {
  digestIn,
  entryFor,
  identify,
  listedModels,
  loadedModels,
  type OllamaIdentity,
} from './ollama-identity.ts';
import { type OllamaRequest, ollamaRequest, sentOptions } from './ollama-request.ts';
import { withProbabilities } from './token-probabilities.ts';
import { unload } from './unload.ts';

const warm = 'The server may reuse cached prompts, which changes the last bits of probabilities.';
const unloaded = [
  'The model was unloaded before each request, so that no cached prompt was left from an earlier one.',
  'Nothing keeps others from asking the server meanwhile, which would share the model, its cache and its batches.',
];

function determinism(cold: boolean): Determinism {
  return {
    tier: 'T2',
    reasons: [
      'Weights, template, seed and every sampling setting are fixed and recorded.',
      'The server chooses threads and hardware, and other hardware rounds differently.',
      ...(cold ? unloaded : [warm]),
      'Another version of the server may sample differently from the same seed.',
    ],
  };
}

/** A model on an Ollama server: identified by digest before and after each answer, always streamed. */
export function ollamaBackend(name: ModelName, options: BackendOptions): Backend {
  const server: OllamaServer = {
    address: parseOllamaHost(options.ollamaHost),
    policy: networkPolicy(options),
    quote: quotedThrough(options.mask),
  };
  const cold = options.cold === true;
  let known: OllamaIdentity | undefined;
  const identity = async (signal: AbortSignal) => {
    known ??= await identifyModel(server, name, signal);
    return known;
  };
  return {
    name,
    capabilities: { digest: true, seed: true, jsonSchema: true },
    determinism: determinism(cold),
    describe: async (signal) => describe(await identity(signal)),
    // The model's own stops are not known yet; they are part of what its digest is of.
    settings: (request) => sentOptions(ollamaRequest(name.model, request, []), cold),
    reread: (reply, hooks = {}) =>
      rereadOllamaAnswer(
        reply,
        { origin: 'The recorded server', model: name.model, quote: server.quote },
        hooks,
      ),
    run: async (request, signal, hooks = {}) => {
      const known = await identity(signal);
      // Ollama shrinks a window that the model was not made for without a word.
      refuseTooLongContext(request, known);
      if (cold) await unload(server, name.model, signal);
      const whole = ollamaRequest(name.model, request, known.ownStops);
      const asked = hooks.onToken === undefined ? whole : withProbabilities(whole);
      return { ...(await ask(server, asked, signal, hooks)), sent: sentOptions(whole, cold) };
    },
    confirm: (described, signal) => confirm(server, name, described, signal),
    close: async () => {},
  };
}

async function identifyModel(
  server: OllamaServer,
  name: ModelName,
  signal: AbortSignal,
): Promise<OllamaIdentity> {
  const client = await ollamaClient(server, name.model, signal);
  const entry = entryFor(await listedModels(client), name.model);
  if (entry === undefined) throw missing(server, name);
  const [shown, version] = await Promise.all([client.show({ model: name.model }), client.version()]);
  const release = isRecord(version) ? textField(version, 'version') : undefined;
  const identity = identify(formatModelName(name), entry, isRecord(shown) ? shown : {}, release);
  if (identity.remoteHost !== undefined) admitRemote(server, name, identity.remoteHost);
  return identity;
}

function missing(server: OllamaServer, { model }: ModelName): Problem {
  return new Problem('model_missing', `The Ollama server at ${server.address} does not have ${model}.`, {
    hint: `Fetch it with \`ollama pull ${model}\`; \`timelab model list\` shows what is there.`,
  });
}

function admitRemote(server: OllamaServer, name: ModelName, remoteHost: string): void {
  if (!server.policy.allowNet) {
    throw new Problem(
      'model_remote',
      `${name.model} is served from ${remoteHost}, not from ${server.address}.`,
    );
  }
  server.policy.hosts.add(remoteHost);
}

function describe({ ownStops: _sentLater, ...description }: OllamaIdentity): ModelDescription {
  return description;
}

async function ask(
  server: OllamaServer,
  request: OllamaRequest,
  signal: AbortSignal,
  hooks: RunHooks,
): Promise<Omit<ModelAnswer, 'sent'>> {
  // The client leaves the connection open after `done`; closing it is ours.
  const over = new AbortController();
  const heard = heardReply();
  const start = performance.now();
  hooks.onProgress?.('loading');
  try {
    const client = await ollamaClient(server, request.model, AbortSignal.any([signal, over.signal]), heard);
    const parts = await client.chat(request);
    const { read, timing } = await readOllamaAnswer(
      parts,
      { origin: server.address, quote: server.quote },
      hooks,
      start,
    );
    return { ...read, timing, reply: heard.bytes() };
  } finally {
    over.abort();
  }
}

async function confirm(
  server: OllamaServer,
  name: ModelName,
  described: ModelDescription,
  signal: AbortSignal,
): Promise<void> {
  const client = await ollamaClient(server, name.model, signal);
  for (const digest of await digestsNow(client, name.model)) {
    if (digest === described.hash) continue;
    throw new Problem(
      'digest_changed',
      `${name.model} was ${described.hash} before the answer and is ${digest} now.`,
    );
  }
}

/** The digests under which the name is listed and, if it still is, loaded. */
async function digestsNow(client: Ollama, model: string): Promise<string[]> {
  const listed = entryFor(await listedModels(client), model);
  const loaded = entryFor(await loadedModels(client), model);
  if (listed === undefined) {
    throw new Problem('digest_changed', `${model} was taken off the server while it answered.`);
  }
  return [listed, loaded].flatMap((entry) => (entry === undefined ? [] : [digestIn(entry, model)]));
}
