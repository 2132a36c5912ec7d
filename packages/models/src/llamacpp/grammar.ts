import { type ModelRequest, Problem } from '@timelab/core';
import type { GbnfJsonBasicSchema, LlamaGrammar } from 'node-llama-cpp';
import type { Engine } from './engine.ts';
import { grammarSchema } from './grammar-schema.ts';

/** What an answer is held to, token by token, if anything. Throws `option_unsupported` for a schema that no grammar can be made of. */
export async function grammarFor(
  { llama }: Engine,
  request: ModelRequest,
): Promise<LlamaGrammar | undefined> {
  if (request.jsonSchema === undefined) {
    return request.format === 'json' ? await llama.getGrammarFor('json') : undefined;
  }
  try {
    // The library's types want a literal to infer the answer's type from; any one of its schema types will do here.
    const schema = grammarSchema(request.jsonSchema) as unknown as GbnfJsonBasicSchema;
    return await llama.createGrammarForJsonSchema(schema);
  } catch (cause) {
    throw new Problem('option_unsupported', 'The embedded engine cannot be held to validation.json_schema.', {
      hint: 'Make the schema simpler, or leave it out and check the answer with the other checks.',
      cause,
    });
  }
}

/** The whole of what an answer is held to, as the engine is told it. */
export function grammarText(request: ModelRequest): string {
  return request.jsonSchema === undefined
    ? grammarName(request)
    : JSON.stringify(grammarSchema(request.jsonSchema));
}

/** The name of what an answer is held to, as it stands in the record. */
export function grammarName(request: ModelRequest): string {
  if (request.jsonSchema !== undefined) return 'json_schema';
  return request.format === 'json' ? 'json' : 'none';
}
