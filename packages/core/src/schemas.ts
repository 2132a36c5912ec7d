import * as z from 'zod';
import { agentPage } from './agent/agent-page.ts';
import { commandData } from './agent/command-data.ts';
import { commit } from './commit.ts';
import type { Json } from './json/canonical-json.ts';
import { manifest } from './record/manifest.ts';
import { recordedModel, recording } from './recording/recording.ts';
import { result } from './result.ts';
import { anySpec, llmSpec, miningSpec } from './spec/spec.ts';

const sources = {
  'spec.schema.json': { title: 'timelab spec', schema: anySpec() },
  'llm-task.schema.json': { title: 'timelab spec of kind llm', schema: llmSpec() },
  'mining-task.schema.json': { title: 'timelab spec of kind mining or extraction', schema: miningSpec() },
  'run.schema.json': { title: 'timelab manifest (run.json)', schema: manifest() },
  'result.schema.json': { title: 'timelab result (--json)', schema: result },
  'recording.schema.json': { title: 'timelab recording (ai-recordings/answers)', schema: recording() },
  'recorded-model.schema.json': {
    title: 'timelab recorded model (ai-recordings/models)',
    schema: recordedModel(),
  },
  'commit.schema.json': { title: 'timelab commit record', schema: commit },
  'agent.schema.json': { title: 'timelab page for agents (timelab agent)', schema: agentPage },
  'data.schema.json': {
    title: 'timelab data (`data` of --json), by command',
    schema: z
      .strictObject(commandData)
      .partial()
      .describe('What each command says in `data`: a property for each, by the words that call it.'),
  },
};

/**
 * The files of `schemas/` by name: JSON Schema (draft-07) of what may be written, that is before defaults are
 * filled in. Not part of index.ts, because no command needs it.
 */
export function publishedSchemas(): Record<string, Json> {
  const files = Object.entries(sources).map(([file, { title, schema }]) => [
    file,
    publish(file, title, schema),
  ]);
  return Object.fromEntries(files) as Record<string, Json>;
}

function publish(file: string, title: string, schema: z.ZodType): Json {
  const { $schema, ...body } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    override: dropBase64,
  });
  // A round trip leaves plain data: zod's own objects carry more than the schema.
  return JSON.parse(JSON.stringify({ $schema, $id: file, title, ...body })) as Json;
}

// Draft-07 has no format of this name; the keyword contentEncoding, which zod writes too, says it.
function dropBase64({ jsonSchema }: { jsonSchema: { format?: string } }): void {
  if (jsonSchema.format === 'base64') delete jsonSchema.format;
}

/** A schema as its file holds it: two spaces deep, ended by a line end. */
export function formatSchema(schema: Json): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
