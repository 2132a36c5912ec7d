import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grammarSchema } from '../src/llamacpp/grammar-schema.ts';

const any = { $ref: '#/$defs/any JSON value' };

function root(schema: Record<string, unknown>) {
  const { $defs: _definitions, ...rest } = grammarSchema(schema);
  return rest;
}

describe('a schema for the grammar', () => {
  it.each([
    [
      'a type of several',
      { type: ['object', 'null'] },
      { oneOf: [{ type: 'object', additionalProperties: any }, { type: 'null' }] },
    ],
    ['anyOf', { anyOf: [{ type: 'string' }, { const: 3 }] }, { oneOf: [{ type: 'string' }, { const: 3 }] }],
    ['a single allOf', { allOf: [{ type: 'string' }] }, { oneOf: [{ type: 'string' }] }],
    ['an implied object', { properties: { a: true } }, { type: 'object', properties: { a: any } }],
    [
      'bounds of a text',
      { type: 'string', minLength: 2, maxLength: 9 },
      { type: 'string', minLength: 2, maxLength: 9 },
    ],
    [
      'a tuple',
      { items: [{ type: 'null' }] },
      { type: 'array', prefixItems: [{ type: 'null' }], items: any, minItems: 1, maxItems: 1 },
    ],
    ['what no grammar can say', { not: { type: 'string' } }, any],
    ['several allOf', { allOf: [{ type: 'string' }, { minLength: 3 }] }, any],
    ['a reference to nowhere', { $ref: 'https://example.org/x' }, any],
    ['bounds too large to write out', { type: 'string', maxLength: 1e6 }, { type: 'string' }],
    [
      'bounds that contradict',
      { type: 'string', minLength: 5, maxLength: 2 },
      { type: 'string', minLength: 5 },
    ],
    ['values that are no scalars', { enum: [{ a: 1 }] }, any],
  ])('keeps %s', (_what, schema, translated) => {
    expect(root(schema)).toEqual(translated);
  });

  it('brings the definitions of draft-07 along, recursive ones too', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#/definitions/tree' } } };
    const schema = grammarSchema({ definitions: { tree }, $ref: '#/definitions/tree' });
    expect(schema).toMatchObject({
      $ref: '#/$defs/tree',
      $defs: { tree: { type: 'object', properties: { next: { $ref: '#/$defs/tree' } } } },
    });
  });

  it('never throws, and never makes something that is no schema, whatever it is given', () => {
    const ajv = new Ajv({ strict: false });
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('type', 'items', 'enum', 'const', 'oneOf', 'properties', '$ref', 'minLength'),
          fc.jsonValue(),
        ),
        (schema) => {
          const { $defs, ...rest } = grammarSchema(schema as Record<string, unknown>);
          expect(ajv.validateSchema({ definitions: $defs, ...rest })).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
