import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { type BadSpec, bad } from './good-spec.ts';

/** The bytes of a good record with every part that one of an answer has: these every reader accepts. */
export const goodManifest: Uint8Array = readFileSync(
  new URL('../../../schemas/examples/valid/run-ok.json', import.meta.url),
);

const text = Buffer.from(goodManifest).toString('utf8');
const good = JSON.parse(text) as Readonly<Record<string, unknown>>;

/** Records that must be refused with faults, never by a crash, never slowly: at least 100. The largest is 10 MiB. */
export function badManifests(): BadSpec[] {
  return [...truncations(), ...flippedBits(), ...bytes(), ...wrongTypes(), ...missing(), ...wrongValues()];
}

/** What a disk or a copy that stopped leaves: at every 64th byte. */
function truncations(): BadSpec[] {
  const count = Math.floor(goodManifest.length / 64);
  return Array.from({ length: count }, (_, at) => at * 64).map((end) =>
    bad(`truncated-at-${end}`, goodManifest.subarray(0, end)),
  );
}

function flippedBits(): BadSpec[] {
  const signs = [...text.matchAll(/[{}[\]:]/g)].map(({ index }) => index);
  return signs
    .filter((_, at) => at % 8 === 0)
    .map((at) => {
      const turned = Buffer.from(goodManifest);
      turned[at] = (turned[at] ?? 0) ^ 0x40;
      return bad(`bit-flipped-at-${at}`, turned);
    });
}

function bytes(): BadSpec[] {
  return [
    bad('byte-order-mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), goodManifest])),
    bad('utf-16', Buffer.from(text, 'utf16le')),
    bad('nul-last', `${text}\0`),
    bad('nothing-but-nul', Buffer.alloc(4096)),
    bad('half-a-character', Buffer.concat([goodManifest.subarray(0, 200), Buffer.from([0xe2, 0x82])])),
    bad('ten-mebibytes-and-a-byte', Buffer.alloc(10_485_761, ' ')),
    bad('depth-200000', '['.repeat(200_000)),
    bad('depth-of-objects', '{"a":'.repeat(200_000)),
    bad('depth-65-in-sent', text.replace('"num_ctx": 8192', `"num_ctx": ${'['.repeat(65)}${']'.repeat(65)}`)),
    bad('two-documents', `${text}${text}`),
    bad('duplicate-key', text.replace('{', '{"status": "error",')),
    bad('duplicate-digest', text.replace('"digests": {', '"digests": {"a": "b", "a": "c",')),
    bad('proto-key', text.replace('{', '{"__proto__": {"status": "ok"},')),
    bad('number-1e400', text.replace('8192', '1e400')),
    bad('number-2-to-53-plus-1', text.replace('8192', '9007199254740993')),
    bad('surrogate-alone', text.replace('"summary"', '"\\ud800"')),
    bad(
      'flood-of-keys',
      `{${Array.from({ length: 80_000 }, (_, at) => `"k${at}":1`).join(',')},${text.slice(1)}`,
    ),
    bad('flood-of-artifacts', spelt({ artifacts: Array.from({ length: 200_000 }, () => '../x') })),
    bad('html', '<!doctype html>'),
    bad('nothing', ''),
  ];
}

const spelt = (changes: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ ...good, ...changes }, null, 2);

/** Every field in turn with a value of a type that it never has. */
function wrongTypes(): BadSpec[] {
  return Object.entries(good).map(([field, value]) =>
    bad(`wrong-type-${field}`, spelt({ [field]: typeof value === 'string' ? 7 : 'seven' })),
  );
}

const needed = [
  'schema_version',
  'run_id',
  'timestamp_start',
  'cmd',
  'env',
  'task',
  'status',
  'artifacts',
  'digests',
];

function missing(): BadSpec[] {
  return needed.map((field) => bad(`missing-${field}`, spelt({ [field]: undefined })));
}

function wrongValues(): BadSpec[] {
  const climbs = [
    '../../../etc/passwd',
    '/etc/passwd',
    'a/../../b',
    '..',
    'a\\..\\b',
    'a\0b',
    'a\u001bb',
    '',
  ];
  const cases: Record<string, Readonly<Record<string, unknown>>> = {
    'version-of-nothing': { schema_version: 'one' },
    'run-id-short': { run_id: 'abc' },
    'run-id-upper-case': { run_id: 'A'.repeat(64) },
    'month-13': { timestamp_start: '2025-13-15T10:23:00.000Z' },
    'start-with-an-offset': { timestamp_start: '2025-10-15T10:23:00.000+02:00' },
    'status-unknown': { status: 'fine' },
    'key-unknown': { colour: 'blue' },
    'error-kind-unknown': { status: 'error', error: { code: 70, kind: 'x', message: '', hint: '' } },
    'metric-in-words': { metrics: { duration_seconds: 'long' } },
    'digest-short': { digests: { 'output/answer.txt': 'abc' } },
    'kind-unknown': { task: { ...(good['task'] as object), kind: 'painting' } },
  };
  return [
    ...Object.entries(cases).map(([name, changes]) => bad(name, spelt(changes))),
    ...climbs.map((path, at) => bad(`artifact-climbs-${at}`, spelt({ artifacts: [path] }))),
    ...climbs.map((path, at) => bad(`digest-climbs-${at}`, spelt({ digests: { [path]: 'a'.repeat(64) } }))),
    ...climbs.map((path, at) =>
      bad(`input-climbs-${at}`, spelt({ inputs: [{ path, source: 'x', bytes: 1, sha256: 'a'.repeat(64) }] })),
    ),
  ];
}
