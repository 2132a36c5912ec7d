import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '@timelab/core';
import { abortError } from '../network/network-faults.ts';

/** A weights file as it was when all of it was read. */
export interface WeightsDigest {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** What changes whenever the file does: a later look at it can tell without reading it again. */
  readonly identity: string;
}

const CHUNK = 4 * 1024 * 1024;

/**
 * Reads a weights file to its end and gives its sha256. It is read every time and no digest is kept: a kept one would vouch for bytes that
 * nobody has looked at since, and what it saves, a second for each 1 to 2 GB, is little beside loading the same weights.
 */
export async function digestWeights(path: string, signal?: AbortSignal): Promise<WeightsDigest> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw unreadable(path, 'not a regular file');
    const hash = createHash('sha256');
    const chunks = file.createReadStream({ autoClose: false, highWaterMark: CHUNK });
    for await (const chunk of chunks) {
      if (signal?.aborted) throw abortError();
      hash.update(chunk);
    }
    return { sha256: hash.digest('hex'), sizeBytes: Number(before.size), identity: identityOf(before) };
  } finally {
    await file.close();
  }
}

/** Whether a file is still the one that was read, told without reading it again. */
export async function isUnchanged(path: string, digest: WeightsDigest): Promise<boolean> {
  const now = await stat(path, { bigint: true }).catch(() => undefined);
  return now !== undefined && identityOf(now) === digest.identity;
}

/** The change time is in it because, unlike the modification time, no program can set it back. */
function identityOf(stats: BigIntStats): string {
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
}

function unreadable(path: string, cause: unknown): Problem {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new Problem('model_missing', `The weights file ${basename(path)} cannot be read (${reason}).`, {
    hint: 'Name a GGUF file as llamacpp:./path/to/file.gguf, relative to the working folder.',
    cause,
  });
}
