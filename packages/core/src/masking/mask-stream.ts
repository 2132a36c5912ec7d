import type { ByteSearch } from './byte-search.ts';
import type { MaskStream } from './mask.ts';

/** Opens a filter that masks what a search finds; it holds back what could be the beginning of a match. */
export function openMaskStream({ find, longest }: ByteSearch): MaskStream {
  let held: Uint8Array = new Uint8Array();
  let count = 0;
  /** Masks all that begins before `until`, from where on nothing is settled yet. */
  const settle = (bytes: Uint8Array, until: number): Uint8Array => {
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (let match = find(bytes, 0); match !== undefined && match.start < until; match = find(bytes, at)) {
      pieces.push(bytes.subarray(at, match.start), wordFor(match.name, find));
      at = match.end;
      count += 1;
    }
    const settled = Math.max(at, until);
    pieces.push(bytes.subarray(at, settled));
    held = bytes.subarray(settled);
    return concat(pieces);
  };
  return {
    push: (piece) => {
      const bytes = held.length === 0 ? piece : concat([held, piece]);
      // From here on a longer match could begin than can be seen.
      return settle(bytes, Math.max(0, bytes.length - longest + 1));
    },
    end: () => settle(held, held.length),
    get count() {
      return count;
    },
  };
}

/**
 * What stands in a secret's place: which one it was, in characters that need no escape anywhere but in file names; less,
 * where those hold a secret themselves, as of a variable whose value is another's name.
 */
function wordFor(name: string, find: ByteSearch['find']): Uint8Array {
  const words = [`[secret ${name.replace(/[^\w.-]/g, '_')}]`, '[secret]'].map((word) => encoder.encode(word));
  return words.find((word) => find(word, 0) === undefined) ?? encoder.encode('*');
}

const encoder = new TextEncoder();

/** Some pieces as one. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
