import type { Backend, ModelDescription, ModelName } from '@timelab/core';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';
import { catalogEntry } from './catalog.ts';
import { type ListedModel, listEntry } from './list-models.ts';

/** Everything that is known of one model and of who would run it. */
export interface ShownModel extends ListedModel, Pick<Backend, 'capabilities' | 'determinism'> {
  /** What runs it; left out while its weights are not here. */
  readonly engine?: ModelDescription['engine'];
}

/** Says what a model is and can do. A shelf model that was not pulled is shown from the catalog; any other fault is thrown. */
export async function showModel(
  name: ModelName,
  options: BackendOptions,
  signal: AbortSignal,
): Promise<ShownModel> {
  const backend = await createBackend(name, options);
  const { capabilities, determinism } = backend;
  const entry = name.backend === 'llamacpp' ? catalogEntry(name.model) : undefined;
  const listed = entry === undefined ? undefined : await listEntry(entry, options, signal);
  if (listed !== undefined && listed.state !== 'ready') return { ...listed, capabilities, determinism };
  try {
    const description = await backend.describe(signal);
    return { state: 'ready', ...listed, ...description, capabilities, determinism };
  } finally {
    await backend.close();
  }
}
