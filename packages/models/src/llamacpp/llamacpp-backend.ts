import {
  type Backend,
  type Determinism,
  type ModelAnswer,
  type ModelDescription,
  type ModelName,
  Problem,
  type RunHooks,
} from '@timelab/core';
import type { LlamaModel } from 'node-llama-cpp';
import type { BackendOptions } from '../backend-options.ts';
import { refuseTooLongContext } from '../context-limit.ts';
import { quoted } from '../network/server-words.ts';
import { findWeights, type WeightsPlace } from '../shelf/weights-path.ts';
import { abandonWhenCalledOff } from './abandon.ts';
import { answer, settingsFor } from './answer.ts';
import { type Engine, startEngine } from './engine.ts';
import { readGgufFacts } from './gguf-facts.ts';
import { readReply } from './reply.ts';
import { digestWeights } from './weights-digest.ts';

const determinism: Determinism = {
  tier: 'T2',
  reasons: [
    'The weights are known by their digest, the engine by its release.',
    'One variant of the engine’s code, on a fixed number of threads, rounds every sum in the same order.',
    'Each request has a fresh context: nothing of an earlier one is left in it.',
  ],
};

/** What is known once the weights were read: shared by everything that this backend does afterwards. */
interface Ready {
  readonly place: WeightsPlace;
  readonly engine: Engine;
  readonly description: ModelDescription;
}

/** A model in this process: no server, no network, weights known to the byte. */
export function llamacppBackend(name: ModelName, options: BackendOptions): Backend {
  let ready: Promise<Ready> | undefined;
  let loading: Promise<LlamaModel> | undefined;
  const busy = new Set<Promise<unknown>>();

  function prepared(signal: AbortSignal): Promise<Ready> {
    ready ??= prepare(name, options, signal);
    // A failure, or a call-off, is no reason to fail for ever.
    ready.catch(() => {
      ready = undefined;
    });
    return ready;
  }

  function loaded({ engine, place }: Ready, hooks: RunHooks): Promise<LlamaModel> {
    loading ??= loadModel(engine, place, (fraction) => hooks.onProgress?.('loading', fraction));
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  }

  return {
    name,
    capabilities: { digest: true, seed: true, jsonSchema: true },
    determinism,
    settings: settingsFor,
    reread: async (reply, hooks) => readReply(reply, hooks),
    describe: async (signal) => (await prepared(signal)).description,
    async run(request, signal, hooks = {}) {
      const all = await prepared(signal);
      refuseTooLongContext(request, all.description);
      const start = performance.now();
      const model = await abandonWhenCalledOff(loaded(all, hooks), signal, busy);
      const loadMs = performance.now() - start;
      const answered = answer(all.engine, model, request, signal, hooks).catch(engineFault);
      return withLoading(await abandonWhenCalledOff(answered, signal, busy), loadMs);
    },
    async confirm(described, signal) {
      const { place } = await prepared(signal);
      const now = await digestWeights(place.path, signal, place.shownName);
      if (now.sha256 === described.weightsSha256) return;
      throw new Problem(
        'digest_changed',
        `The weights were ${described.weightsSha256} and are ${now.sha256} now.`,
      );
    },
    async close() {
      await Promise.allSettled(busy);
      await (await loading?.catch(() => undefined))?.dispose();
      loading = undefined;
    },
  };
}

async function prepare(name: ModelName, options: BackendOptions, signal: AbortSignal): Promise<Ready> {
  const place = findWeights(name.model, options.dataDir, options.cwd);
  // The engine starts in a process of its own first, so both go on at once.
  const [digest, engine] = await Promise.all([
    digestWeights(place.path, signal, place.shownName),
    startEngine(options.cpu || undefined),
  ]);
  refuseOtherBytes(place, digest.sha256);
  const facts = await readGgufFacts(engine, place);
  const { release, cpu } = engine;
  const description: ModelDescription = {
    name: place.shownName,
    hash: digest.sha256,
    weightsSha256: digest.sha256,
    sizeBytes: digest.sizeBytes,
    ...facts,
    ...(place.entry === undefined ? {} : { license: place.entry.license }),
    engine: { name: 'llama.cpp', release, cpu },
  };
  return { place, engine, description };
}

/** A file on the shelf is what its name says, or it is not used. */
function refuseOtherBytes({ entry }: WeightsPlace, sha256: string): void {
  if (entry === undefined || entry.sha256 === sha256) return;
  throw new Problem('weights_invalid', `The weights of ${entry.name} on this machine are damaged.`, {
    hint: `Fetch them again with \`timelab model pull ${entry.name}\`, which replaces the file.`,
  });
}

async function loadModel({ llama }: Engine, place: WeightsPlace, onProgress: (fraction: number) => void) {
  try {
    return await llama.loadModel({ modelPath: place.path, gpuLayers: 0, onLoadProgress: onProgress });
  } catch (cause) {
    throw new Problem('engine_failed', `The embedded engine could not load ${place.shownName}.`, {
      hint: 'The file may be damaged, need more memory than there is, or be of a kind this release does not know.',
      cause,
    });
  }
}

function withLoading(answered: ModelAnswer, loadMs: number): ModelAnswer {
  const { totalMs = 0, ...timing } = answered.timing ?? {};
  return { ...answered, timing: { loadMs, ...timing, totalMs: totalMs + loadMs } };
}

function engineFault(cause: unknown): never {
  if (cause instanceof Problem || (cause instanceof DOMException && cause.name === 'AbortError')) throw cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new Problem('engine_failed', `The embedded engine failed: ${quoted(reason)}`, { cause });
}
