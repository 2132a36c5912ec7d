import { createHash, hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';

// O_NONBLOCK, so that a named pipe cannot hold us up for ever; O_NOFOLLOW, because a recorded file is no link.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** What most files of runs are shorter than; longer ones are read in pieces of this size. */
const PIECE = 1 << 20;
const shared = Buffer.allocUnsafeSlow(PIECE);

/** The sha256 of a file's bytes and how many they are. */
export interface FileDigest {
  readonly digest: string;
  readonly bytes: number;
  /** The very bytes that were hashed, as UTF-8, where they were asked for and the file is short. */
  readonly text?: string;
}

/** Called between pieces of work, so that others get a turn; it may throw to end the work. */
export type Pause = () => Promise<void> | undefined;

/**
 * The digest of a file, however long, by calls that wait: of many short files that is several times as fast as by
 * those that do not; with the `text` of a short one, where that is wanted. Throws what the system says, and what `pause`
 * throws.
 */
export async function digestNow(path: string, pause: Pause, text = false): Promise<FileDigest> {
  const file = openSync(path, flags);
  try {
    const first = readSync(file, shared, 0, PIECE, 0);
    if (first < PIECE) return digestOf(shared.subarray(0, first), text);
    return await digestLong(file, pause);
  } finally {
    closeSync(file);
  }
}

function digestOf(data: Buffer, text: boolean): FileDigest {
  const found = { digest: hash('sha256', data), bytes: data.length };
  return text ? { ...found, text: data.toString('utf8') } : found;
}

async function digestLong(file: number, pause: Pause): Promise<FileDigest> {
  const sum = createHash('sha256');
  // One of its own: while it pauses, others may read.
  const piece = Buffer.allocUnsafeSlow(PIECE);
  for (let bytes = 0; ; ) {
    const got = readSync(file, piece, 0, PIECE, bytes);
    if (got === 0) return { digest: sum.digest('hex'), bytes };
    sum.update(piece.subarray(0, got));
    bytes += got;
    await pause();
  }
}
