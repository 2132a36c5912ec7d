import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { knownSecrets, type Mask, maskedPieces, maskOf, secretsOf, whyTooCommon } from '../src/index.ts';
import { secretForms } from '../src/masking/secret-forms.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const hex = (length: number) => randomBytes(length).toString('hex');

/** What comes out of the filter when a text goes in cut at some places. */
function inPieces(mask: Mask, bytes: Uint8Array, cuts: readonly number[]): string {
  const filter = mask.stream();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let at = 0;
  const out = ends.map((end) => {
    const piece = filter.push(bytes.slice(at, end));
    at = end;
    return textOf(piece);
  });
  return [...out, textOf(filter.end())].join('');
}

/** What the mask has to give, found in the slowest and plainest way. */
function plainly(secrets: readonly { name: string; value: string }[], text: string): string {
  const forms = secrets
    .flatMap(({ name, value }) => secretForms(value).map((form) => ({ name, form: textOf(bytesOf(form)) })))
    .sort((a, b) => b.form.length - a.form.length);
  let out = '';
  for (let at = 0; at < text.length; ) {
    const found = forms.find(({ form }) => text.startsWith(form, at));
    out += found === undefined ? text[at] : `[secret ${found.name}]`;
    at += found?.form.length ?? 1;
  }
  return out;
}

// Few letters, so that secrets begin, end and overlap everywhere.
const letters = fc.string({ unit: fc.constantFrom('a', 'b', '"', '/', 'é'), minLength: 8, maxLength: 12 });
const someSecrets = fc
  .uniqueArray(letters, { minLength: 1, maxLength: 5 })
  .map((values) => values.map((value, at) => ({ name: `S${at}`, value })));

describe('a mask', () => {
  test('gives the same of any text, however it is cut, and leaves no form of any secret', () => {
    const text = someSecrets.chain((secrets) => {
      const forms = secrets.flatMap(({ value }) => secretForms(value));
      const part = fc.oneof(
        fc.constantFrom(...forms),
        fc.constantFrom(...forms).map((form) => form.slice(0, form.length - 1)),
        fc.constantFrom(...forms).map((form) => form.slice(3)),
        fc.string({ maxLength: 5 }),
      );
      return fc.record({
        secrets: fc.constant(secrets),
        text: fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
        cuts: fc.array(fc.nat(), { maxLength: 20 }),
      });
    });
    fc.assert(
      fc.property(text, ({ secrets, text: whole, cuts }) => {
        const mask = maskOf(secrets);
        const bytes = bytesOf(whole);
        const expected = plainly(secrets, textOf(bytes));
        expect(textOf(mask.bytes(bytes))).toBe(expected);
        expect(inPieces(mask, bytes, cuts)).toBe(expected);
        expect(inPieces(mask, bytes, [...bytes.keys()])).toBe(expected);
        expect(textOf(bytesOf(mask.text(whole.toWellFormed())))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('gives the same of a text in pieces, halves of characters and all', () => {
    const values = ['kiln-4711-north', 'smile-😀-é-😀'];
    const mask = maskOf(values.map((value) => ({ name: 'K', value })));
    const part = fc.oneof(fc.constantFrom(...values), fc.string({ unit: 'grapheme', maxLength: 4 }));
    const whole = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 4 }), (text, length) => {
        const filter = maskedPieces(mask);
        let out = '';
        // By units of UTF-16, as no server should, and some do.
        for (let at = 0; at < text.length; at += length) out += filter.push(text.slice(at, at + length));
        expect(out + filter.end()).toBe(mask.text(text));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['as it is', (value: string) => value],
    ['in base64', (value: string) => Buffer.from(value).toString('base64')],
    ['in base64 that began a byte before', (value: string) => Buffer.from(`:${value}`).toString('base64')],
    ['in base64 that began earlier', (value: string) => Buffer.from(`ab${value}cd`).toString('base64')],
    ['in base64 for URLs', (value: string) => Buffer.from(`x${value}`).toString('base64url')],
    ['in a URL', (value: string) => `https://example.org/?key=${encodeURIComponent(value)}`],
    ['in a form', (value: string) => new URLSearchParams({ key: value }).toString()],
    ['in JSON', (value: string) => JSON.stringify({ value })],
    ['in JSON in JSON', (value: string) => JSON.stringify({ reply: JSON.stringify({ value }) })],
    ['in CSV', (value: string) => `"${value.replaceAll('"', '""')}"`],
  ])('finds a secret %s', (_, write) => {
    for (const value of ['k&y "w/ö" \\ 100% + 1', `s${'k-'}${hex(12)}`, 'tr0ub4dor&3??>>', 'über/geheim=1']) {
      const mask = maskOf([{ name: 'K', value }]);
      const text = `before ${write(value)} after`;
      expect(mask.find(text)?.name, text).toBe('K');
      expect(mask.text(text)).toContain('[secret K]');
      expect(mask.find(mask.text(text))).toBeUndefined();
    }
  });

  test('leaves nothing that it would find itself, also where a name is the value of another secret', () => {
    const named = someSecrets.map((secrets) => {
      const names = secrets.map((_, at) => `NAME_OF_${at}_KEY`);
      return [
        ...secrets.map(({ value }, at) => ({ name: names[at] as string, value })),
        ...names.map((value, at) => ({ name: `OTHER_${at}_KEY`, value })),
      ];
    });
    const text = named.chain((secrets) => {
      const part = fc.oneof(
        fc.constantFrom(...secrets.flatMap(({ value }) => secretForms(value))),
        fc.string({ maxLength: 5 }),
      );
      const whole = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
      return fc.record({ secrets: fc.constant(secrets), whole, cuts: fc.array(fc.nat(), { maxLength: 9 }) });
    });
    fc.assert(
      fc.property(text, ({ secrets, whole, cuts }) => {
        const mask = maskOf(secrets);
        expect(mask.find(mask.text(whole))).toBeUndefined();
        expect(mask.find(Buffer.from(inPieces(mask, bytesOf(whole), cuts), 'latin1'))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    const words = ['[secret KILN_KEY]', '[secret]'].map((value, at) => ({ name: `W${at}`, value }));
    const mask = maskOf([{ name: 'KILN_KEY', value: 'kiln-4711-north' }, ...words]);
    expect(mask.text('it is kiln-4711-north')).toBe('it is *');
  });

  test('of nothing gives back the very same', () => {
    const bytes = bytesOf('any text');
    expect(maskOf([]).bytes(bytes)).toBe(bytes);
    expect(maskOf([]).isEmpty).toBe(true);
    expect(maskOf([{ name: 'K', value: 'secret-0815' }]).bytes(bytes)).toBe(bytes);
  });

  test('masks no digest and no random text by chance: 0 of 100,000', () => {
    const secrets = Array.from({ length: 100 }, (_, at) => ({
      name: `S${at}`,
      value: [hex(8), hex(20), hex(32), randomBytes(9).toString('base64')][at % 4] as string,
    }));
    const mask = maskOf(secrets);
    const corpus = Array.from({ length: 100_000 }, (_, at) => {
      const digest = createHash(at % 2 === 0 ? 'sha256' : 'sha1').update(String(at));
      return at % 3 === 0 ? digest.digest('base64') : digest.digest('hex');
    });
    expect(corpus.filter((text) => mask.find(text) !== undefined)).toEqual([]);
  });
});

/** The texts of this repository, without what is built or fetched. Not asked of git: a builder has the files alone. */
function* ownTexts(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isOurs = !/^(?:\..*|node_modules|target|dist)$/.test(entry.name);
    if (entry.isDirectory() && isOurs) yield* ownTexts(path);
    if (entry.isFile() && /\.(?:ts|md|json|yaml|lock|rs|py)$/.test(entry.name)) yield path;
  }
}

test('masks nothing in this repository’s own text by chance', () => {
  const secrets = Array.from({ length: 100 }, (_, at) => ({ name: `S${at}`, value: hex(8 + (at % 3) * 12) }));
  const mask = maskOf(secrets);
  const texts = [...ownTexts(fileURLToPath(new URL('../../..', import.meta.url)))];
  const masked = texts.filter((file) => mask.find(readFileSync(file)) !== undefined);
  expect([texts.length > 300, masked]).toEqual([true, []]);
});

describe('what is a secret', () => {
  test('the values of names that say so, and passwords in addresses, also percent-encoded', () => {
    const password = 'p%40ss-w0rd';
    const values = knownSecrets({
      OPENAI_API_KEY: 'sk-0123456789ab',
      DB_PWD: 'lovelace-1815',
      OLLAMA_HOST: `http://ada:${password}@127.0.0.1:11434`,
      ORIGIN: `https://${'ghx_'.repeat(6)}@example.org/x.git`,
      REMOTE: 'ssh://git@example.org/x.git',
      HOME: '/home/ada-lovelace',
    }).map(({ name, value }) => `${name}=${value}`);
    expect(values).toEqual([
      'OPENAI_API_KEY=sk-0123456789ab',
      'DB_PWD=lovelace-1815',
      `OLLAMA_HOST=ada:${password}`,
      'OLLAMA_HOST=ada:p@ss-w0rd',
      `OLLAMA_HOST=${password}`,
      'OLLAMA_HOST=p@ss-w0rd',
      `ORIGIN=${'ghx_'.repeat(6)}`,
    ]);
  });

  test('of a key in lines, the whole and each line but its frame', () => {
    const frame = (word: string) => `-----${word} OPENSSH PRIVATE KEY-----`;
    const lines = [frame('BEGIN'), 'b3BlbnNzaC1rZXk0', 'tb3JlLWxpbmVzMTIz', frame('END')];
    expect(secretsOf('SSH', `${lines.join('\n')}\n`).map(({ value }) => value)).toEqual([
      lines.join('\n'),
      lines[1],
      lines[2],
    ]);
  });

  test.each([
    ['abc123', 'is shorter than 8 characters'],
    ['deutsch-', undefined],
    ['deutschland', 'is a plain word'],
    ['correcthorsebatterystaple', undefined],
    ['20251015', 'is a number'],
    ['2025.10.15', 'is a number'],
    ['deadbee1', 'is a number'],
    ['0123456789abcdef', undefined],
    ['2025-10-15T10:23:00.000Z', 'is a date'],
    ['/usr/local/share/keys', 'is a path'],
    ['/home/ada/.ssh/id_ed25519', 'is a path'],
    ['/9uT5cVqLr2mXw0bZk1N', undefined],
    ['/w2+KqLrmXbZkNvY/', undefined],
    ['http://127.0.0.1:8080/v1', 'is a plain address'],
    ['https://hooks.example.org/T01/B02/abcdefghijklmnopqrstuvwx', undefined],
    ['++++++++++++++++', 'is one character again and again'],
  ])('%s: %s', (value, why) => {
    expect(whyTooCommon(value)).toBe(why);
  });
});
