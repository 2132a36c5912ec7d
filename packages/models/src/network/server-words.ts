import type { Mask } from '@timelab/core';
import { isDeeperThan } from '@timelab/core';

/** The longest piece of a server's own words that a message quotes, in characters. */
const LONGEST_QUOTE = 300;

/** The longest text that a record keeps of what a server says of itself, in characters: no name, version or licence has more. */
export const LONGEST_FACT = 1024;

/** Puts a stranger's text into a message. */
export type Quote = (text: string) => string;

/** A stranger's text on one line, without control characters, short enough to stand in a message. */
export function quoted(text: string): string {
  return shortened(text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim(), LONGEST_QUOTE);
}

/** Quotes without what a mask knows, before what is left is cut: half a secret could be guessed. */
export function quotedThrough(mask: Pick<Mask, 'text'> | undefined): Quote {
  return mask === undefined ? quoted : (text) => quoted(mask.text(text));
}

/** The same of a server that was told a secret, which some repeat: wherever it stands in their words, dots stand instead. */
export function quotedWithout(secret: string, quote: Quote): Quote {
  return secret === '' ? quote : (text) => quote(text.replaceAll(secret, '…'));
}

/** The beginning of a text, with dots where there was more, and without halves of characters, which no record can hold. */
function shortened(text: string, most: number): string {
  const whole = text.length > most ? `${text.slice(0, most).replace(/\p{Cs}$/u, '')}…` : text;
  return whole.toWellFormed();
}

/** What a server says went wrong: the `error` of its JSON (a text, or an object with a `message`), else all that it said. */
export function errorWords(body: string, quote: Quote = quoted): string {
  const value = parsed(body);
  return isRecord(value) ? wordsOfError(value, quote) : quote(body);
}

/** The same of JSON that was parsed: its `error`, or all of it. */
export function wordsOfError(value: Readonly<Record<string, unknown>>, quote: Quote): string {
  const error = value['error'];
  if (typeof error === 'string') return quote(error);
  if (isRecord(error) && typeof error['message'] === 'string') return quote(error['message']);
  // Written anew, so that no escape in it hides what must not be quoted.
  return quote(JSON.stringify(value));
}

/** As deep as arrays and objects of a server's may lie in one another; the deepest that any of them sends has six. */
const DEEPEST = 64;

/** The JSON value of a text, or nothing if it is not JSON, or deeper than anything that a server has to say. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isDeeperThan(value, DEEPEST) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether a JSON value is an object, whose fields may be looked at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field's text, if it is one and not empty: what a server does not know is left out, never kept as "". It is short enough for a record. */
export function textField(record: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const text = wholeText(record, field);
  return text === '' ? undefined : shortened(text, LONGEST_FACT);
}

/** A field's text as it is, however long: nothing to keep as a fact. Empty if there is none. */
export function wholeText(record: Readonly<Record<string, unknown>>, field: string): string {
  const value = record[field];
  return typeof value === 'string' ? value : '';
}

/** A field's count, if it is a whole number of zero or more. */
export function countField(record: Readonly<Record<string, unknown>>, field: string): number | undefined {
  const value = record[field];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
