import { type Fault, Problem, type SchemaCheck } from '@timelab/core';
import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import runSchema from '../../../../schemas/run.schema.json' with { type: 'json' };
import specSchema from '../../../../schemas/spec.schema.json' with { type: 'json' };

/** Holds a value against a JSON Schema (draft-07) from a spec; a schema that is none is a fault of the spec. */
export const checkBySchema: SchemaCheck = (schema, value) => {
  const validate = compileSchema(schema);
  validate(value);
  return (validate.errors ?? []).map(say);
};

/** Compiles a schema, so that a bad one is found before a model is asked. */
export function compileSchema(schema: Readonly<Record<string, unknown>>) {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: true });
  formats.default(ajv);
  try {
    return ajv.compile({ ...schema });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem('spec_invalid', 'validation.json_schema is not a JSON Schema (draft-07).', {
      faults: [{ pointer: '/validation/json_schema', reason }],
    });
  }
}

function say(error: ErrorObject): string {
  return `${error.instancePath === '' ? 'the answer' : error.instancePath} ${error.message ?? error.keyword}`;
}

/** Holds a document against the schema that is published for other languages' readers. */
export function checkPublished(what: 'spec' | 'manifest', value: unknown): Fault[] {
  const ajv = new Ajv({ allErrors: true, strict: false });
  const validate = ajv.compile(what === 'spec' ? specSchema : runSchema);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message, keyword }) => ({
    pointer: instancePath,
    reason: `${message ?? keyword} (by the published schema)`,
  }));
}
