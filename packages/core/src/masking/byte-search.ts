/** A pattern that is looked for, and what it is called. */
export interface Pattern {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where a pattern stands. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Looks for many patterns at once. */
export interface ByteSearch {
  /** The length of the longest pattern, in bytes. */
  readonly longest: number;
  /** The first place, from a position on, where a pattern stands whole; of several that begin there the longest. */
  find(bytes: Uint8Array, from: number): Match | undefined;
}

/**
 * Prepares a search by the algorithm of Wu and Manber ("A fast algorithm for multi-pattern searching", 1994): two bytes at
 * the end of a window as long as the shortest pattern say how far it may jump. No pattern may be shorter than two bytes.
 */
export function byteSearch(patterns: readonly Pattern[]): ByteSearch {
  const window = Math.min(...patterns.map(({ bytes }) => bytes.length), 256);
  const jumps = new Uint8Array(65_536).fill(window - 1);
  const ending = new Map<number, Pattern[]>();
  for (const pattern of [...patterns].sort((a, b) => b.bytes.length - a.bytes.length)) {
    for (let at = 1; at < window; at += 1) {
      const block = blockAt(pattern.bytes, at);
      jumps[block] = Math.min(jumps[block] as number, window - 1 - at);
    }
    const last = blockAt(pattern.bytes, window - 1);
    ending.set(last, [...(ending.get(last) ?? []), pattern]);
  }
  const find = (bytes: Uint8Array, from: number): Match | undefined => {
    for (let at = from + window - 1; at < bytes.length; ) {
      const block = blockAt(bytes, at);
      const jump = jumps[block] as number;
      at += jump;
      if (jump > 0) continue;
      const start = at - window + 1;
      const found = ending.get(block)?.find((pattern) => standsAt(bytes, start, pattern.bytes));
      if (found !== undefined) return { start, end: start + found.bytes.length, name: found.name };
      at += 1;
    }
    return undefined;
  };
  return { longest: Math.max(...patterns.map(({ bytes }) => bytes.length)), find };
}

const blockAt = (bytes: Uint8Array, at: number) => ((bytes[at - 1] as number) << 8) | (bytes[at] as number);

function standsAt(bytes: Uint8Array, start: number, pattern: Uint8Array): boolean {
  if (start + pattern.length > bytes.length) return false;
  for (let at = 0; at < pattern.length; at += 1) if (bytes[start + at] !== pattern[at]) return false;
  return true;
}
