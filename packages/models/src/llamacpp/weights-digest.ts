import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '@timelab/core';
import { abortError } from '../network/network-faults.ts';

/** A weights file as it was when all of it was read. */
export interface WeightsDigest {
  readonly sha256: string;
  readonly sizeBytes: number;
}

const CHUNK = 4 * 1024 * 1024;

/**
 * Reads a weights file to its end and gives its sha256; messages call it by its shown name. It is read every time and no digest is kept: a kept one would vouch for bytes that
 * nobody has looked at since, and what it saves, a second for each 1 to 2 GB, is little beside loading the same weights.
 */
export async function digestWeights(
  path: string,
  signal?: AbortSignal,
  shownName: string = basename(path),
): Promise<WeightsDigest> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(shownName, cause);
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unreadable(shownName, 'not a regular file');
    const hash = createHash('sha256');
    const chunks = file.createReadStream({ autoClose: false, highWaterMark: CHUNK });
    for await (const chunk of chunks) {
      if (signal?.aborted) throw abortError();
      hash.update(chunk);
    }
    return { sha256: hash.digest('hex'), sizeBytes: stats.size };
  } finally {
    await file.close();
  }
}

function unreadable(shownName: string, cause: unknown): Problem {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new Problem('model_missing', `The weights file ${shownName} cannot be read (${reason}).`, {
    hint: 'Name a GGUF file as llamacpp:./path/to/file.gguf, relative to the working folder.',
    cause,
  });
}
