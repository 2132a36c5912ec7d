// Writes schemas/*.schema.json from core's zod schemas: `npm run schemas`. A test compares them.
import { writeFileSync } from 'node:fs';
import { formatSchema, publishedSchemas } from '../packages/core/src/schemas.ts';

const folder = new URL('../schemas/', import.meta.url);

for (const [file, schema] of Object.entries(publishedSchemas())) {
  writeFileSync(new URL(file, folder), formatSchema(schema));
  console.log(`schemas/${file}`);
}
