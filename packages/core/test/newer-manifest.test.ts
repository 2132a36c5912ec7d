import { expect, test } from 'vitest';
import type { Json } from '../src/json/canonical-json.ts';
import { newerFault } from '../src/record/newer-manifest.ts';
import { readManifest } from '../src/record/read-manifest.ts';
import { examples } from './examples.ts';

const bytesOf = (file: string) => examples('valid').find((example) => example.file === file)?.bytes ?? [];
const known: Record<string, Json> = JSON.parse(Buffer.from(bytesOf('run-ok.json')).toString('utf8'));
const model = known['model'] as Record<string, Json>;

const read = (change: object) => readManifest(Buffer.from(JSON.stringify({ ...known, ...change })));

test('a manifest of a later version is read as far as this one knows its fields', () => {
  const later = {
    schema_version: '1.1',
    'a/b~c': { of: ['tomorrow'] },
    model: { ...model, quantization: 4, mind: true },
    error: { code: 1, kind: 'a_kind_to_come', message: 'm', hint: 'h' },
  };
  const { model: known_model, ...rest } = known;
  const { quantization: _, ...kept } = known_model as Record<string, Json>;
  expect(read(later)).toEqual({
    manifest: { ...rest, model: kept },
    newer: { version: '1.1', unread: ['/a~1b~0c', '/error', '/model/mind', '/model/quantization'] },
  });
});

test('what lies inside a field that was passed over is not told beside it, whatever else begins like its name', () => {
  const error = { code: 1, kind: 'a_kind_to_come', message: 'm', hint: 'h', more: {} };
  const reading = read({ schema_version: '1.1', error, 'error-b': 1, 'error.c': 1, error0: 1 });
  const unread = ['/error', '/error-b', '/error.c', '/error0'];
  expect(reading).toMatchObject({ newer: { unread } });
});

test('very many fields to come hold nobody up', () => {
  const fields = Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`field_${at}`, at]));
  const before = process.cpuUsage();
  const reading = read({ schema_version: '1.1', ...fields });
  expect('newer' in reading && reading.newer?.unread).toHaveLength(30_000);
  expect(process.cpuUsage(before).user).toBeLessThan(20_000_000);
});

test.each(['1.1', '1.10', '2.0', '10.0'])('version %s is later', (schema_version) => {
  expect(read({ schema_version })).toEqual({
    manifest: known,
    newer: { version: schema_version, unread: [] },
  });
});

test.each(['0.9', '1', '01.0.0', 'v2.0', '', 2, null])(
  'version %s is none that is known',
  (schema_version) => {
    expect(read({ schema_version })).toMatchObject({ faults: [{ pointer: '/schema_version' }] });
  },
);

test('what every record has must be there to be read', () => {
  const reading = read({ schema_version: '2.0', status: 'paused', brand: 1 });
  const pointers = 'faults' in reading ? reading.faults.map(({ pointer }) => pointer) : [];
  expect(pointers).toEqual(['/schema_version', '/status', '/brand']);
});

test('what was passed over is told, the first of many', () => {
  const unread = ['/a', '/b', '/c', '/d', '/e', '/f', '/g'];
  expect(newerFault({ version: '1.1', unread }).reason).toMatch(
    /without \/a, \/b, \/c, \/d, \/e and 2 more$/,
  );
});
