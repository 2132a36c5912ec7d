import { Buffer } from 'node:buffer';

/** Numbers from 0 up to, not including, `below`; the same for the same seed (mulberry32, public domain). */
export type Draw = (below: number) => number;

/** Opens a source of numbers. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const change: readonly ((
  bytes: Buffer,
  draw: Draw,
  words: readonly string[],
  corpus: readonly Buffer[],
) => Buffer)[] = [
  // A bit is turned, a byte is another.
  (bytes, draw) =>
    replaced(bytes, draw(bytes.length + 1), 1, [(bytes[draw(bytes.length || 1)] ?? 0) ^ (1 << draw(8))]),
  (bytes, draw) => replaced(bytes, draw(bytes.length + 1), 1, [draw(256)]),
  // A stretch is gone, is there twice, or many times.
  (bytes, draw) => replaced(bytes, draw(bytes.length + 1), draw(64), []),
  (bytes, draw) => {
    const from = draw(bytes.length + 1);
    return replaced(bytes, from, 0, bytes.subarray(from, from + 1 + draw(200)));
  },
  (bytes, draw) => {
    const from = draw(bytes.length + 1);
    const piece = bytes.subarray(from, from + 1 + draw(8));
    return replaced(bytes, from, 0, Buffer.concat(Array.from({ length: 1 + draw(5000) }, () => piece)));
  },
  // The end is cut off, or the rest is that of another.
  (bytes, draw) => Buffer.from(bytes.subarray(0, draw(bytes.length + 1))),
  (bytes, draw, _words, corpus) => {
    const other = corpus[draw(corpus.length)] ?? bytes;
    return Buffer.concat([bytes.subarray(0, draw(bytes.length + 1)), other.subarray(draw(other.length + 1))]);
  },
  // A word that means something is put in, or in place of another.
  (bytes, draw, words) =>
    replaced(bytes, draw(bytes.length + 1), 0, Buffer.from(words[draw(words.length)] ?? '')),
  (bytes, draw, words) =>
    replaced(bytes, draw(bytes.length + 1), 1 + draw(12), Buffer.from(words[draw(words.length)] ?? '')),
];

function replaced(bytes: Buffer, at: number, length: number, by: Uint8Array | readonly number[]): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(by), bytes.subarray(at + length)]);
}

/** The longest input that is made, in bytes: some readers refuse longer ones unread. */
const longest = 2 * 1024 * 1024;

/** An input made of one of the corpus by one to eight changes, all of them by the seed alone. */
export function mutated(seed: number, corpus: readonly Buffer[], words: readonly string[]): Buffer {
  const draw = drawFrom(seed);
  let bytes = corpus[draw(corpus.length)] ?? Buffer.alloc(0);
  for (let times = 1 + draw(8); times > 0; times -= 1) {
    bytes = change[draw(change.length)]?.(bytes, draw, words, corpus) ?? bytes;
    if (bytes.length > longest) bytes = bytes.subarray(0, longest);
  }
  return bytes;
}
