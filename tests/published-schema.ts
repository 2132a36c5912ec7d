import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { repository } from './rig.ts';

type SchemaName = 'agent' | 'run' | 'result' | 'data' | 'spec' | 'commit';

const compiled = new Map<SchemaName, ValidateFunction>();

/** What another language's reader has to say of a document, by a schema in schemas/: nothing, if it is valid. */
export function faultsBySchema(name: SchemaName, document: unknown): string[] {
  const validate = compiled.get(name) ?? compile(name);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function compile(name: SchemaName): ValidateFunction {
  const schema = JSON.parse(readFileSync(join(repository, `schemas/${name}.schema.json`), 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  compiled.set(name, validate);
  return validate;
}
