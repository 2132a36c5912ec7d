import type { Message, ModelRequest } from './model.ts';
import type { LlmSpec } from './spec/spec.ts';

/** A file that the model is given to read: its name as the spec has it, and its text. */
export interface QuotedFile {
  readonly name: string;
  readonly text: string;
}

/** What a spec asks, in the form that every backend takes: all messages and all settings, nothing left to a default. */
export function modelRequest(spec: LlmSpec, files: readonly QuotedFile[]): ModelRequest {
  const { model: _, format, stream: __, repeat: ___, ...params } = spec.config;
  const { json_schema: jsonSchema } = spec.validation;
  const request = { messages: messagesOf(spec, files), params, format };
  return jsonSchema === undefined ? request : { ...request, jsonSchema };
}

/** The same question asked `times` times: each has its place and, so that they can differ, a seed of its own. */
export function repeated(request: ModelRequest, times: number): ModelRequest[] {
  return Array.from({ length: times }, (_, repeat) => {
    const params = { ...request.params, seed: request.params.seed + repeat };
    return { ...request, params, repeat };
  });
}

function messagesOf(spec: LlmSpec, files: readonly QuotedFile[]): Message[] {
  const { system, context, prompt } = spec.inputs;
  const question = [...files.map(quote), prompt].join('\n\n');
  const first: Message[] = system === undefined ? [] : [{ role: 'system', content: system }];
  return [...first, ...context, { role: 'user', content: question }];
}

/** The length of the longest run of backticks in a text. */
export function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** A file as data inside a message: fenced by more backticks than stand together anywhere in it, so that it cannot end its own quotation. */
export function quote(file: QuotedFile): string {
  const fence = '`'.repeat(Math.max(3, longestRun(file.text) + 1));
  const end = file.text.endsWith('\n') ? '' : '\n';
  return `File ${JSON.stringify(file.name)}:\n${fence}\n${file.text}${end}${fence}`;
}
