import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { formatSchema, publishedSchemas } from '../src/schemas.ts';
import { type Example, examples, faultsOf } from './examples.ts';
import { makeGolden } from './golden.ts';

const folder = new URL('../../../schemas/', import.meta.url);
const schemas = publishedSchemas();

const compile = (file: string) => new Ajv({ strict: true, allErrors: true }).compile(schemas[file] as object);
const byPublished = {
  spec: [compile('spec.schema.json')],
  manifest: [compile('run.schema.json')],
};
const byKind: Record<string, ReturnType<typeof compile>> = {
  llm: compile('llm-task.schema.json'),
  mining: compile('mining-task.schema.json'),
  extraction: compile('mining-task.schema.json'),
};

describe('the published schemas', () => {
  test('are the files that are committed, and no others are', () => {
    const committed = readdirSync(folder).filter((file) => file.endsWith('.json'));
    // The last two are py_post's own, which keeps them in step.
    const all = [...Object.keys(schemas), 'graph.schema.json', 'patterns.schema.json'];
    expect(committed.sort()).toEqual(all.sort());
  });

  test.each(Object.entries(schemas))('%s is what core says', (file, schema) => {
    expect(readFileSync(new URL(file, folder), 'utf8')).toBe(formatSchema(schema));
  });

  test.each(Object.entries(schemas))('%s is strict draft-07 and names no host of ours', (file, schema) => {
    expect(() => compile(file)).not.toThrow();
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', $id: file });
    expect((schema as { title: string }).title).toMatch(/^timelab /);
    const addresses = formatSchema(schema).match(/https?:\/\/[^"\s]+/g);
    expect(addresses).toEqual(['http://json-schema.org/draft-07/schema#']);
  });
});

/** What JSON.parse and a JSON Schema let pass, and why the reader has to look itself. */
const beyondSchemas: Record<string, string> = {
  'byte-order-mark.json': 'a decoder may drop the mark before JSON is read',
  'depth-65.json': 'a schema has no bound on depth',
  'duplicate-key.json': 'a parser keeps one of the two',
  'duplicate-key-deep.json': 'a parser keeps one of the two',
  'duplicate-key-escaped.json': 'a parser keeps one of the two',
  'lengths-crossed.json': 'a schema cannot compare two values',
  'number-1e400.json': 'a parser makes it infinite, or keeps it',
  'number-minus-1e400.json': 'a parser makes it infinite, or keeps it',
  'number-2-to-53-plus-1.json': 'a parser rounds it',
  'proto-key.json': 'metadata may have any key',
  'repository-half.json': 'which fields go together is said once, by the reader, in words',
  'repository-none.json': 'which fields go together is said once, by the reader, in words',
  'repository-two-ways.json': 'which fields go together is said once, by the reader, in words',
  'seeds-too-high.json': 'a schema cannot add two values',
  'surrogate-alone.json': 'a parser makes it half of a pair',
  'surrogate-swapped.json': 'a parser makes it half of a pair',
};

function acceptedBySchema({ what, bytes }: Example): boolean {
  const value = parse(bytes);
  if (value === undefined) return false;
  const kind = (value as { kind?: string } | null)?.kind ?? '';
  const ofKind = what === 'spec' ? byKind[kind] : undefined;
  const validators = ofKind === undefined ? byPublished[what] : [...byPublished[what], ofKind];
  const verdicts = validators.map((validate) => validate(value));
  expect(new Set(verdicts).size, 'the schema of all kinds and of this kind agree').toBe(1);
  return verdicts.every(Boolean);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

describe('the examples', () => {
  test.each(examples('valid'))('valid/$file is good by core and by its schema', (example) => {
    expect(faultsOf(example)).toEqual([]);
    expect(acceptedBySchema(example)).toBe(true);
  });

  test.each(examples('invalid'))(
    'invalid/$file is refused by core, and by its schema where one can say it',
    (example) => {
      expect(faultsOf(example)).not.toEqual([]);
      expect(acceptedBySchema(example)).toBe(example.file in beyondSchemas);
    },
  );

  test('what schemas cannot say is a list of files that there are', () => {
    const files = examples('invalid').map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(Object.keys(beyondSchemas)));
  });

  test('golden.json is what core makes of them', () => {
    const golden = JSON.parse(readFileSync(new URL('examples/golden.json', folder), 'utf8'));
    expect(golden).toEqual(makeGolden());
  });

  test('every kind of spec and every state of a run has a valid one', () => {
    const values = examples('valid').map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString('utf8')));
    const told = new Set(values.map(({ kind, status }) => kind ?? status));
    expect(told).toEqual(
      new Set(['llm', 'mining', 'extraction', 'analysis', 'running', 'ok', 'error', 'cancelled']),
    );
  });
});
