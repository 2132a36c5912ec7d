import type { ReadableStream } from 'node:stream/web';
import { TextDecoder } from 'node:util';
import { Problem } from '@timelab/core';

/** The longest line that is read, in bytes: far above any piece of an answer. */
const LONGEST_LINE = 16 * 1024 * 1024;

const lineFeed = 10;
const carriageReturn = 13;

/**
 * The lines of a reply, without their ends, the last one too if nothing ends it; each piece that comes is looked through once.
 * However the bytes are cut into pieces the lines are the same, and so is what is wrong: a line is judged when it is read,
 * whatever comes behind it. Throws `backend_protocol` if one is not UTF-8 or is endless.
 */
export async function* readLines(body: ReadableStream<Uint8Array>, origin: string): AsyncGenerator<string> {
  const decode = lineDecoder(origin);
  let held: Uint8Array[] = [];
  let length = 0;
  let endsWithReturn = false;
  for await (const piece of body) {
    if (piece.length === 0) continue;
    // The other half of a line end that was cut.
    let start: number = endsWithReturn && piece[0] === lineFeed ? 1 : 0;
    endsWithReturn = false;
    for (const end of lineEnds(piece)) {
      if (end < start) continue;
      yield decode([...held, piece.subarray(start, end)]);
      held = [];
      length = 0;
      const isReturn = piece[end] === carriageReturn;
      start = isReturn && piece[end + 1] === lineFeed ? end + 2 : end + 1;
      endsWithReturn = isReturn && end + 1 === piece.length;
    }
    held.push(piece.subarray(start));
    length += piece.length - start;
    if (length > LONGEST_LINE) throw endlessLine(origin);
  }
  if (length > 0) yield decode(held);
}

/** Where a piece has a line feed or a carriage return; neither is ever a part of another character. */
function* lineEnds(piece: Uint8Array): Generator<number> {
  const next = (sign: number, from: number) => {
    const at = piece.indexOf(sign, from);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  let [feed, carriage] = [next(lineFeed, 0), next(carriageReturn, 0)];
  while (Math.min(feed, carriage) < piece.length) {
    yield Math.min(feed, carriage);
    if (feed < carriage) feed = next(lineFeed, feed + 1);
    else carriage = next(carriageReturn, carriage + 1);
  }
}

/** Makes a line of its pieces; of the first one a byte order mark is taken away, as of any stream of text. */
function lineDecoder(origin: string): (pieces: readonly Uint8Array[]) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let isFirst = true;
  return (pieces) => {
    const bytes = Buffer.concat(pieces);
    if (bytes.length > LONGEST_LINE) throw endlessLine(origin);
    const text = decoded(decoder, bytes, origin);
    const line = isFirst ? text.replace(/^\ufeff/, '') : text;
    isFirst = false;
    return line;
  };
}

function endlessLine(origin: string): Problem {
  return new Problem('backend_protocol', `${origin} sent a line longer than ${LONGEST_LINE} bytes.`, {
    hint: 'No answer has one: check what listens at that address.',
  });
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, origin: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new Problem('backend_protocol', `${origin} sent bytes that are not UTF-8.`, { cause });
  }
}
