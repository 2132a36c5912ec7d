import { createContext, Script } from 'node:vm';
import { type Fault, Problem, type SchemaCheck } from '@timelab/core';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import runSchema from '../../../../schemas/run.schema.json' with { type: 'json' };
import specSchema from '../../../../schemas/spec.schema.json' with { type: 'json' };

/** How long a schema of a spec may take, in milliseconds: a pattern can be made to backtrack for ever. */
const deadline = 5000;

/** Holds a value against a JSON Schema (draft-07) from a spec; one that takes too long is not met. */
export const checkBySchema: SchemaCheck = (schema, value) => {
  const validate = compileSchema(schema);
  try {
    withinDeadline(() => validate(value));
  } catch (error) {
    if (!isLate(error)) throw error;
    return [`could not be checked within ${deadline / 1000} seconds`];
  }
  const names = namesIn(schema);
  return (validate.errors ?? []).map((error) => say(error, names));
};

/** Compiles a schema, so that one that cannot be used is found before a model is asked; throws `spec_invalid`. */
export function compileSchema(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  const faults = schemaFaults(schema);
  if (faults.length === 0) return compile(schema);
  throw new Problem('spec_invalid', 'validation.json_schema cannot be used.', { faults });
}

/** What is wrong with a schema of a spec, beyond its being JSON. */
export function schemaFaults(schema: Readonly<Record<string, unknown>>): Fault[] {
  try {
    withinDeadline(() => compile(schema));
    return [];
  } catch (error) {
    return [{ pointer: '/validation/json_schema', reason: `cannot be used: ${reasonOf(error)}` }];
  }
}

function compile(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: true, logger: false });
  formats.default(ajv);
  const validate = ajv.compile({ ...schema });
  // An asynchronous schema gives a promise, and would hold of everything.
  if ('$async' in validate && validate.$async === true) throw new Error('$async schemas are not supported');
  return validate;
}

/** Runs work that a timer of this thread could not stop; the virtual machine can, in the middle of a pattern. */
function withinDeadline<T>(work: () => T): T {
  return new Script('work()').runInContext(createContext({ work }), { timeout: deadline }) as T;
}

const isLate = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

function reasonOf(error: unknown): string {
  if (isLate(error)) return `it takes more than ${deadline / 1000} seconds to read`;
  if (error instanceof RangeError) return 'it refers to itself without end';
  return error instanceof Error ? error.message : String(error);
}

/** A fault in words for the record, which holds none of the model's: a key that the schema does not name is a star. */
function say({ instancePath, message, keyword }: ErrorObject, names: ReadonlySet<string>): string {
  const known = (step: string) =>
    /^\d+$/.test(step) || names.has(step.replace(/~1/g, '/').replace(/~0/g, '~'));
  const [, ...steps] = instancePath.split('/');
  const place = steps.map((step) => `/${known(step) ? step : '*'}`).join('');
  return `${place === '' ? 'the answer' : place} ${message ?? keyword}`;
}

/** Every key of a schema, however deep: those of the answer that are asked for are among them. */
function namesIn(schema: unknown): Set<string> {
  const names = new Set<string>();
  JSON.stringify(schema, (key, value: unknown) => {
    names.add(key);
    return value;
  });
  return names;
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
