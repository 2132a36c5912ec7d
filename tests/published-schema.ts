import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { repository } from './rig.ts';

/** What another language's reader has to say of a document, by a schema in schemas/: nothing, if it is valid. */
export function faultsBySchema(name: 'run' | 'result' | 'spec', document: unknown): string[] {
  const schema = JSON.parse(readFileSync(join(repository, `schemas/${name}.schema.json`), 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
