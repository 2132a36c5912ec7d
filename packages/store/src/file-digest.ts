import { createHash, hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';

// O_NONBLOCK, so that a named pipe cannot hold us up for ever; O_NOFOLLOW, because a recorded file is no link.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** What most files of runs are shorter than; longer ones are read in pieces of this size. */
const PIECE = 1 << 20;
const buffer = Buffer.allocUnsafeSlow(PIECE);

/** The sha256 of a file's bytes and how many they are. */
export interface FileDigest {
  readonly digest: string;
  readonly bytes: number;
}

/**
 * The digest of a file, however long, by calls that wait: of many short files that is several times as fast as by
 * those that do not. Throws what the system says.
 */
export function digestNow(path: string): FileDigest {
  const file = openSync(path, flags);
  try {
    const first = readSync(file, buffer, 0, PIECE, null);
    if (first < PIECE) return { digest: hash('sha256', buffer.subarray(0, first)), bytes: first };
    return digestRest(file, first);
  } finally {
    closeSync(file);
  }
}

function digestRest(file: number, first: number): FileDigest {
  const sum = createHash('sha256');
  let bytes = 0;
  for (let got = first; got > 0; got = readSync(file, buffer, 0, PIECE, null)) {
    sum.update(buffer.subarray(0, got));
    bytes += got;
  }
  return { digest: sum.digest('hex'), bytes };
}
