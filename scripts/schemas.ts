// Writes schemas/*.schema.json from core's zod schemas, and what can go wrong in each command: `npm run schemas`. Tests compare them.
import { writeFileSync } from 'node:fs';
import { formatSchema, publishedSchemas } from '../packages/core/src/schemas.ts';
import { errorKinds } from './error-kinds.ts';

const folder = new URL('../schemas/', import.meta.url);

for (const [file, schema] of Object.entries(publishedSchemas())) {
  writeFileSync(new URL(file, folder), formatSchema(schema));
  console.log(`schemas/${file}`);
}

const kinds = 'packages/cli/src/error-kinds.json';
writeFileSync(new URL(`../${kinds}`, import.meta.url), `${JSON.stringify(await errorKinds(), null, 2)}\n`);
console.log(kinds);
