import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '@timelab/core';
import { type OllamaServer, ollamaClient } from './ollama-client.ts';
import { entryFor, loadedModels } from './ollama-identity.ts';

/** How often the server is asked whether the model is gone, in milliseconds. */
const PAUSE = 50;

/**
 * Has the server drop a model from its memory, and with it what it keeps of earlier prompts, and waits until it says that
 * it did: the next request starts the engine anew. Throws `backend_timeout` where somebody else's request holds it there.
 */
export async function unload(server: OllamaServer, model: string, signal: AbortSignal): Promise<void> {
  const client = await ollamaClient(server, model, signal);
  // Asked for even if the model is not listed: another name of the same weights may hold them.
  await client.generate({ model, prompt: '', keep_alive: 0 });
  const patience = server.policy.idleTimeoutMs;
  for (
    const start = performance.now();
    performance.now() - start < patience;
    await sleep(PAUSE, undefined, { signal })
  )
    if (entryFor(await loadedModels(client), model) === undefined) return;
  throw new Problem(
    'backend_timeout',
    `${model} is still loaded ${patience / 1000} seconds after it was to be unloaded.`,
    {
      hint: 'Another request may hold it there: a cold answer needs the server for itself.',
    },
  );
}
