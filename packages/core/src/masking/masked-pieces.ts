import type { Mask } from './mask.ts';

/** A filter for a text that comes in pieces. */
export interface MaskedPieces {
  push(piece: string): string;
  /** The rest; nothing may be pushed after it. */
  end(): string;
}

/** Opens a filter for a text that comes in pieces, such as a model's answer: however it is cut, no secret comes through. */
export function maskedPieces(mask: Mask): MaskedPieces {
  if (mask.isEmpty) return { push: (piece) => piece, end: () => '' };
  const filter = mask.stream();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  // Half of a surrogate pair has no bytes until the other half is there.
  let half = '';
  return {
    push: (piece) => {
      const text = half + piece;
      half = /[\ud800-\udbff]$/.exec(text)?.[0] ?? '';
      const whole = text.slice(0, text.length - half.length);
      return decoder.decode(filter.push(encoder.encode(whole)), { stream: true });
    },
    end: () => {
      const rest = decoder.decode(filter.push(encoder.encode(half)), { stream: true });
      return rest + decoder.decode(filter.end());
    },
  };
}
