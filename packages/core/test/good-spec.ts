import { Buffer } from 'node:buffer';

/** A file that is no good spec, and what is wrong with it. */
export interface BadSpec {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Names the bytes, or the UTF-8 of a text, by what is wrong with them. */
export const bad = (name: string, bytes: Uint8Array | string): BadSpec => ({
  name,
  bytes: Buffer.from(bytes),
});

/** The spec that all the bad ones were good before, with every field an llm spec has. */
export const good = {
  kind: 'llm',
  version: '1.0',
  name: 'good',
  description: 'What this is for.',
  tags: ['a'],
  inputs: {
    prompt: 'Say hello.',
    system: 'Be brief.',
    context: [{ role: 'user', content: 'Hi' }],
    files: ['notes.md'],
  },
  config: {
    model: 'llamacpp:smollm2',
    temperature: 0.5,
    top_p: 0.9,
    seed: 1,
    max_tokens: 16,
    stop: ['END'],
    format: 'text',
    stream: false,
    context_length: 2048,
  },
  validation: {
    min_length: 1,
    max_length: 99,
    must_contain: ['a'],
    must_not_contain: ['b'],
    json_schema: {},
  },
  allow_net: false,
  metadata: { author: 'A' },
};

/** The bytes of it as a file: these every reader accepts. */
export const goodSpec: Uint8Array = Buffer.from(JSON.stringify(good, null, 2));
