import { firstFaults, MOST_FAULTS } from '../problem/faults.ts';
import type { Fault } from '../problem/problem.ts';
import type { Json } from './canonical-json.ts';

/** How much a document may hold before it is refused unread. */
export interface JsonLimits {
  /** Bytes of UTF-8. */
  readonly bytes: number;
  /** Arrays and objects inside one another. */
  readonly depth: number;
}

/** What a spec may be: 1 MiB, 64 deep. */
export const specLimits: JsonLimits = { bytes: 1_048_576, depth: 64 };

/** What a manifest may be: 10 MiB, 64 deep. */
export const manifestLimits: JsonLimits = { bytes: 10_485_760, depth: 64 };

/** What a document holds and all that is wrong with it; without a value where it could not be understood. */
export interface JsonReading {
  readonly value?: Json;
  readonly faults: readonly Fault[];
}

/**
 * Reads JSON (RFC 8259) as a record has to be read: UTF-8 without a byte order mark, no key twice, no number
 * that a double cannot hold, within limits. JSON.parse would keep the last of two keys, round numbers, and
 * follow any depth.
 */
export function readJson(bytes: Uint8Array, limits: JsonLimits): JsonReading {
  if (bytes.length > limits.bytes) {
    return fault('', `is ${bytes.length} bytes long; at most ${limits.bytes} are read`);
  }
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') return { faults: [text] };
  const plain = readPlain(text, limits.depth);
  if (plain !== undefined) return { value: plain, faults: [] };
  const reader = new Reader(text, limits.depth);
  try {
    return { value: reader.document(), faults: firstFaults(reader.faults) };
  } catch (error) {
    if (error instanceof Stop) return { faults: firstFaults([...reader.faults, error.fault]) };
    throw error;
  }
}

/**
 * The value of a document in the form that timelab writes records in, several times as fast as it is read below: what
 * JSON.parse makes of it is right if it is written again with the same characters, since a key that stood twice or
 * a number that was rounded would come out otherwise. Undefined for any other document, and for a few good ones.
 */
function readPlain(text: string, depth: number): Json | undefined {
  // What may be refused though it comes out as it went in: keys, halves of pairs, long numbers, and depth.
  if (text.includes('__proto__') || text.includes('\\ud') || /(?:^|[ -])\d{16}/.test(text)) return undefined;
  if (text.includes(`\n${'  '.repeat(depth)}`)) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return `${JSON.stringify(value, null, 2)}\n` === text ? value : undefined;
  } catch {
    return undefined;
  }
}

function fault(pointer: string, reason: string): { faults: Fault[] } {
  return { faults: [{ pointer, reason }] };
}

function decodeUtf8(bytes: Uint8Array): string | Fault {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return { pointer: '', reason: 'begins with a byte order mark; save it as UTF-8 without one' };
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { pointer: '', reason: 'is UTF-16; save it as UTF-8' };
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { pointer: '', reason: 'is not UTF-8' };
  }
}

/** Ends the reading at a fault after which nothing more can be understood. */
class Stop extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.reason);
    this.fault = fault;
  }
}

const numberPattern = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const charactersPattern = /[^"\\\u0000-\u001f]+/y;
// Bounded, because a pattern that repeats a group without end keeps its steps on a stack, and a file can fill that.
const escapesPattern = /(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){1,100}/y;
const literals = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/** One pass over a text by recursive descent; depth is bounded, so the stack is too. */
class Reader {
  readonly faults: Fault[] = [];
  private at = 0;
  private readonly path: (string | number)[] = [];
  private readonly text: string;
  private readonly depth: number;

  constructor(text: string, depth: number) {
    this.text = text;
    this.depth = depth;
  }

  document(): Json {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.stop('has something after its end');
    return value;
  }

  private value(): Json {
    this.space();
    const next = this.text[this.at];
    if (next === '{') return this.object();
    if (next === '[') return this.array();
    if (next === '"') return this.string();
    const literal = this.literal();
    // Not `??`: null is a value too, and undefined alone says that no literal stood here.
    return literal === undefined ? this.number() : literal;
  }

  private object(): Json {
    const members: Record<string, Json> = {};
    this.enter();
    if (!this.take('}')) {
      do this.member(members);
      while (this.take(','));
      this.expect('}', 'a comma or "}"');
    }
    return members;
  }

  private member(members: Record<string, Json>): void {
    this.space();
    if (this.text[this.at] !== '"') this.stop('needs a key in double quotes here');
    const key = this.string();
    this.path.push(key);
    if (Object.hasOwn(members, key)) this.note('stands twice in its object');
    // An own property of this name would reach the prototype in code that copies by assignment.
    if (key === '__proto__') this.note('is a key that is not allowed');
    this.expect(':', 'a colon');
    const value = this.value();
    if (key !== '__proto__') members[key] = value;
    this.path.pop();
  }

  private array(): Json {
    const items: Json[] = [];
    this.enter();
    if (!this.take(']')) {
      do {
        this.path.push(items.length);
        items.push(this.value());
        this.path.pop();
      } while (this.take(','));
      this.expect(']', 'a comma or "]"');
    }
    return items;
  }

  private enter(): void {
    this.at += 1;
    if (this.path.length >= this.depth) this.stop(`is nested more than ${this.depth} deep`);
  }

  private string(): string {
    const start = this.at;
    this.at += 1;
    while (this.match(charactersPattern) ?? this.match(escapesPattern));
    if (this.text[this.at] !== '"')
      this.stop('has a text that is not closed, or holds a control character or a bad escape');
    this.at += 1;
    const text = JSON.parse(this.text.slice(start, this.at)) as string;
    if (!text.isWellFormed()) this.note('holds half of a surrogate pair');
    return text;
  }

  private literal(): boolean | null | undefined {
    for (const [word, value] of literals) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return undefined;
  }

  private number(): number {
    const token = this.match(numberPattern);
    if (token === undefined) this.stop('is not JSON here');
    const value = Number(token);
    const whole = !/[.eE]/.test(token);
    if (!Number.isFinite(value)) this.note(`is ${cut(token)}, a number too large to be held`);
    else if (whole && !Number.isSafeInteger(value))
      this.note(`is ${cut(token)}, a whole number too large to be held exactly`);
    // The largest double stands in, so that what reads on does not stumble over an infinity as well.
    return Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const token = pattern.exec(this.text)?.[0];
    this.at += token?.length ?? 0;
    return token;
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? '.')) this.at += 1;
  }

  private take(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private expect(character: string, what: string): void {
    if (!this.take(character)) this.stop(`needs ${what} here`);
  }

  private note(reason: string): void {
    // One more than is told, so that firstFaults can say that there are others.
    if (this.faults.length <= MOST_FAULTS) this.faults.push({ pointer: toPointer(this.path), reason });
  }

  private stop(reason: string): never {
    if (this.text.trim() === '') throw new Stop({ pointer: '', reason: 'is empty' });
    const said = this.at < this.text.length ? reason : 'ends too early';
    const { line, column } = this.position();
    throw new Stop({ pointer: toPointer(this.path), reason: `${said} (line ${line}, column ${column})` });
  }

  private position(): { line: number; column: number } {
    const before = this.text.slice(0, this.at);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: this.at - lineStart + 1 };
  }
}

const cut = (token: string) => (token.length <= 40 ? token : `${token.slice(0, 39)}…`);

/** A path into a document as a JSON pointer (RFC 6901); the whole document is the empty text. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
