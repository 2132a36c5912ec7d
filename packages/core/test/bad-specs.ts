import { Buffer } from 'node:buffer';
import { badValues } from './bad-values.ts';
import { type BadSpec, bad, good, goodSpec } from './good-spec.ts';

/**
 * Files that must be refused with faults, never by a crash, never slowly: at least 110, each under a name of its
 * own that can be a file's name. The largest is 10 MB.
 */
export function badSpecs(): BadSpec[] {
  return [
    ...truncations(),
    ...flippedBits(),
    ...encodings(),
    ...sizes(),
    ...notJson(),
    ...notHeld(),
    ...badValues(),
  ];
}

const text = Buffer.from(goodSpec).toString('utf8');

function truncations(): BadSpec[] {
  const ends = Array.from({ length: 24 }, (_, at) => Math.floor((at * goodSpec.length) / 24));
  return ends.map((end) => bad(`truncated-at-${end}`, goodSpec.subarray(0, end)));
}

/** One bit turned in each place that JSON's own signs stand at: no such turn leaves a good spec. */
function flippedBits(): BadSpec[] {
  const signs = [...text.matchAll(/[{}[\]:]/g)].map(({ index }) => index);
  return signs
    .filter((_, at) => at % 3 === 0)
    .map((at) => {
      const bytes = Buffer.from(goodSpec);
      bytes[at] = (bytes[at] ?? 0) ^ 0x40;
      return bad(`bit-flipped-at-${at}`, bytes);
    });
}

function encodings(): BadSpec[] {
  const utf16 = Buffer.from(text, 'utf16le');
  return [
    bad('byte-order-mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), goodSpec])),
    bad('utf-16-le-marked', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])),
    bad('utf-16-be-marked', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()])),
    bad('utf-16-le', utf16),
    bad('utf-16-be', Buffer.from(utf16).swap16()),
    bad('latin-1', Buffer.from(text.replace('hello', 'h\u00e9llo'), 'latin1')),
    bad('nul-first', `\0${text}`),
    bad('nul-last', `${text}\0`),
    bad('nul-inside', text.replace('hello', 'he\0llo')),
    bad('nothing-but-nul', Buffer.alloc(4096)),
    bad(
      'overlong-utf-8',
      Buffer.concat([Buffer.from('{"kind":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    ),
    bad('png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])),
    bad('gzip', Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3])),
  ];
}

function sizes(): BadSpec[] {
  const nested = (depth: number) =>
    `{"kind":"llm","metadata":{"x":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`;
  return [
    bad('one-mebibyte-and-one-byte', text.padEnd(1_048_577)),
    bad('ten-megabytes-of-spaces', Buffer.alloc(10_000_000, ' ')),
    bad('ten-megabytes-of-text', JSON.stringify({ ...good, description: 'a'.repeat(10_000_000) })),
    bad('depth-65', nested(65)),
    bad('depth-200000', '['.repeat(200_000)),
    bad('depth-200000-of-objects', '{"a":'.repeat(200_000)),
    bad('depth-10000-closed', nested(10_000)),
    bad('prompt-not-closed', `{"kind":"llm","inputs":{"prompt":"${'\\n'.repeat(500_000)}`),
    bad(
      'flood-of-unknown-keys',
      `{${Array.from({ length: 80_000 }, (_, at) => `"k${at}":1`).join(',')},${text.slice(1)}`,
    ),
    bad('flood-of-one-key', `{${'"a":1,'.repeat(150_000)}${text.slice(1)}`),
    bad('flood-of-items', JSON.stringify({ ...good, tags: Array.from({ length: 200_000 }, () => 1) })),
    bad('number-of-a-million-digits', text.replace('"seed": 1', `"seed": ${'9'.repeat(1_000_000)}`)),
  ];
}

function notJson(): BadSpec[] {
  const cases: Record<string, string> = {
    nothing: '',
    'only-spaces': ' \n\t\r\n ',
    'only-a-comma': ',',
    'two-documents': `${text}\n${text}`,
    'json-lines': `${JSON.stringify(good)}\n${JSON.stringify(good)}\n`,
    'trailing-comma': text.replace(/\}$/, ',}'),
    'trailing-comma-in-array': text.replace('"END"', '"END",'),
    'comment-line': `// a spec\n${text}`,
    'comment-block': text.replace('{', '{ /* a spec */'),
    'comment-hash': `# a spec\n${text}`,
    'single-quotes': text.replaceAll('"', "'"),
    'bare-keys': text.replace(/"(\w+)":/g, '$1:'),
    'number-hex': text.replace('"seed": 1', '"seed": 0x1'),
    'number-octal': text.replace('"seed": 1', '"seed": 01'),
    'number-plus': text.replace('"seed": 1', '"seed": +1'),
    'number-bare-point': text.replace('0.5', '.5'),
    'number-nan': text.replace('0.5', 'NaN'),
    'number-infinity': text.replace('0.5', 'Infinity'),
    'python-literals': text.replace('false', 'False'),
    'raw-line-end-in-text': text.replace('hello', 'hel\nlo'),
    'raw-tab-in-text': text.replace('hello', 'hel\tlo'),
    'raw-escape-in-text': text.replace('hello', '\u001b[31mhello'),
    'bad-escape': text.replace('hello', 'h\\x65llo'),
    'short-unicode-escape': text.replace('hello', 'h\\u65'),
    'missing-colon': text.replace('"kind":', '"kind"'),
    'missing-comma': text.replace(',', ''),
    yaml: 'kind: llm\nversion: "1.0"\ninputs:\n  prompt: Say hello.\n',
    toml: 'kind = "llm"\n',
    html: '<!doctype html><title>Not found</title>',
    shell: '#!/bin/sh\necho hello\n',
  };
  return Object.entries(cases).map(([name, content]) => bad(name, content));
}

/** What is JSON, but no record could hold. */
function notHeld(): BadSpec[] {
  const metadata = (value: string) => text.replace('"author": "A"', value);
  const cases: Record<string, string> = {
    'duplicate-key': text.replace('{', '{"name": "other",'),
    'duplicate-kind': text.replace('{', '{"kind": "mining",'),
    'duplicate-key-deep': metadata('"a": [{"b": {"c": 1, "c": 1}}]'),
    'duplicate-key-in-config': text.replace('"seed": 1', '"seed": 1, "seed": 2'),
    'duplicate-key-escaped': text.replace('{', '{"n\\u0061me": "other",'),
    'proto-key': text.replace('{', '{"__proto__": {"kind": "llm"},'),
    'proto-key-in-metadata': metadata('"__proto__": {"polluted": true}'),
    'proto-key-escaped': metadata('"\\u005f_proto__": 1'),
    'constructor-key': text.replace('{', '{"constructor": {"prototype": {}},'),
    'constructor-key-in-config': text.replace('"seed": 1', '"constructor": 1'),
    'to-string-key': text.replace('{', '{"toString": 1,'),
    'number-1e400': text.replace('0.5', '1e400'),
    'number-minus-1e400': metadata('"x": [-1e400]'),
    'number-2-to-53-plus-1': metadata('"x": 9007199254740993'),
    'number-minus-2-to-53-minus-1': metadata('"x": -9007199254740993'),
    'surrogate-high-alone': text.replace('hello', '\\ud800'),
    'surrogate-low-alone': text.replace('hello', '\\udfff'),
    'surrogates-swapped': text.replace('hello', '\\udc00\\ud800'),
    'surrogate-in-a-key': metadata('"\\ud800": 1'),
  };
  return Object.entries(cases).map(([name, content]) => bad(name, content));
}
