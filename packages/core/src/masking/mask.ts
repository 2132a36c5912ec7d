import { type ByteSearch, byteSearch, type Match } from './byte-search.ts';
import type { KnownSecret } from './known-secrets.ts';
import { concat, openMaskStream } from './mask-stream.ts';
import { secretForms } from './secret-forms.ts';

/** Puts `[secret NAME]` in the place of every known secret, in whatever form it stands. */
export interface Mask {
  /** Whether there is nothing to be masked. */
  readonly isEmpty: boolean;
  text(text: string): string;
  bytes(bytes: Uint8Array): Uint8Array;
  /** The first secret that stands in a text or in bytes; undefined where none does. */
  find(data: Uint8Array | string): Match | undefined;
  /** A filter for what comes in pieces: however it is cut, what comes out is the same as of the whole. */
  stream(): MaskStream;
}

/** A filter at work. What it gives is late by at most the length of the longest form of a secret. */
export interface MaskStream {
  push(piece: Uint8Array): Uint8Array;
  /** The rest; nothing may be pushed after it. */
  end(): Uint8Array;
  /** How many secrets were masked so far. */
  readonly count: number;
}

/** The mask of some secrets; of none it costs nothing. */
export function maskOf(secrets: readonly KnownSecret[]): Mask {
  if (secrets.length === 0) return clear;
  const encoder = new TextEncoder();
  const patterns = secrets.flatMap(({ name, value }) =>
    secretForms(value).map((form) => ({ name, bytes: encoder.encode(form) })),
  );
  const search = byteSearch(patterns);
  const find = (data: Uint8Array | string) =>
    search.find(typeof data === 'string' ? encoder.encode(data) : data, 0);
  return {
    isEmpty: false,
    text: (text) => maskedText(search, text),
    bytes: (bytes) => maskedBytes(search, bytes),
    find,
    stream: () => openMaskStream(search),
  };
}

const nothing = new Uint8Array();

const clear: Mask = {
  isEmpty: true,
  text: (text) => text,
  bytes: (bytes) => bytes,
  find: () => undefined,
  stream: () => ({ push: (piece) => piece, end: () => nothing, count: 0 }),
};

/** A text without a secret is given back as it is, also where it could not be written as UTF-8. */
function maskedText(search: ByteSearch, text: string): string {
  const bytes = new TextEncoder().encode(text);
  const masked = maskedBytes(search, bytes);
  // A byte order mark that is part of the text stays.
  return masked === bytes ? text : new TextDecoder('utf-8', { ignoreBOM: true }).decode(masked);
}

function maskedBytes(search: ByteSearch, bytes: Uint8Array): Uint8Array {
  if (search.find(bytes, 0) === undefined) return bytes;
  const filter = openMaskStream(search);
  return concat([filter.push(bytes), filter.end()]);
}
