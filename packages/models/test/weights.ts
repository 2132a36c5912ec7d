import { fileURLToPath } from 'node:url';
import { pullModel } from '../src/index.ts';

/** Where tests keep the shelf: TIMELAB_MODELS, or a folder of the repository that git does not see. */
export const dataDir =
  process.env['TIMELAB_MODELS'] ?? fileURLToPath(new URL('../../../.cache/models', import.meta.url));

/** The real weights, fetched if they are not there yet; or why they cannot be had here. */
export async function smollm2(): Promise<{ path: string } | { missing: string }> {
  try {
    return await pullModel('smollm2', { dataDir, env: process.env, signal: AbortSignal.timeout(800_000) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { missing: `no weights: ${reason} (set TIMELAB_MODELS to a folder that has them)` };
  }
}
