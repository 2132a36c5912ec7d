import { parseModelName } from '@timelab/core';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createBackend } from '../src/index.ts';
import { startEngine } from '../src/llamacpp/engine.ts';
import { grammarFor } from '../src/llamacpp/grammar.ts';
import { ask, never, offline } from './sample-request.ts';
import { smollm2 } from './weights.ts';

const weights = await smollm2();
const missing = 'missing' in weights ? weights.missing : undefined;
const sha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const rainbow = ask('Name three colours of the rainbow.', { max_tokens: 40 });
/** What haswell code answers to it; other code answers in other words. */
const golden =
  "The rainbow is a beautiful sight, but it's not just about the colors of the rainbow. There are actually three primary colours: red, blue, and yellow. These three colours are the foundation of";

describe.skipIf(missing !== undefined)(
  `the embedded engine${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const backend = await createBackend(parseModelName('llamacpp:smollm2'), offline());
    afterAll(() => backend.close());

    it('says who answers, from the weights themselves', async () => {
      expect(await backend.describe(never)).toMatchObject({
        name: 'llamacpp:smollm2',
        hash: sha256,
        weightsSha256: sha256,
        sizeBytes: 98_362_432,
        license: 'Apache-2.0',
        quantization: 'Q4_1',
        parameters: '135M',
        architecture: 'llama',
        contextLength: 8192,
        engine: { name: 'llama.cpp', release: expect.stringMatching(/^v?b?\d/) },
      });
    });

    it('answers greedily with the same words, on haswell code with these', async (context) => {
      const first = await backend.run(rainbow, never);
      const second = await backend.run({ ...rainbow, params: { ...rainbow.params, seed: 99 } }, never);
      expect(second.text).toBe(first.text);
      const { engine } = await backend.describe(never);
      if (engine.cpu !== 'haswell') context.skip(`this processor runs ${engine.cpu} code`);
      expect(first.text).toBe(golden);
    });

    it('streams the answer in pieces that make it up, and counts its tokens', async () => {
      const pieces: string[] = [];
      const steps: string[] = [];
      const answer = await backend.run(rainbow, never, {
        onText: (piece) => pieces.push(piece),
        onProgress: (step) => steps.push(step),
      });
      expect(pieces.join('')).toBe(answer.text);
      expect(pieces.length).toBeGreaterThan(10);
      expect(steps.slice(-2)).toEqual(['reading', 'answering']);
      expect(answer).toMatchObject({ finishReason: 'length', tokensInput: 37, tokensOutput: 40 });
      expect(answer.timing?.firstTokenMs).toBeLessThan(answer.timing?.totalMs ?? 0);
    });

    it('draws by the seed alone when there is a temperature', async () => {
      const draw = async (seed: number) =>
        (await backend.run(ask('Tell me a story.', { temperature: 1, top_p: 0.95, seed }), never)).text;
      const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
      expect(again).toBe(first);
      expect(other).not.toBe(first);
    });

    it('ends at a stop text, which is no part of the answer', async () => {
      const stopped = await backend.run(
        { ...rainbow, params: { ...rainbow.params, stop: ['rainbow'] } },
        never,
      );
      expect(stopped.finishReason).toBe('stop');
      expect(stopped.text).toBe('The ');
    });

    it('hears the system message and the turns before', async () => {
      const messages = [
        { role: 'system', content: 'You are a parrot. Repeat the last word.' },
        { role: 'user', content: 'My name is Zebulon.' },
        { role: 'assistant', content: 'Hello, Zebulon!' },
        { role: 'user', content: 'What is my name?' },
      ] as const;
      const answer = await backend.run(ask('', {}, { messages }), never);
      expect(answer.text).toContain('Zebulon');
    });

    it('holds an answer to a schema, whatever is drawn', async () => {
      const jsonSchema = {
        type: 'object',
        properties: {
          title: { type: 'string', maxLength: 12 },
          kind: { $ref: '#/definitions/kind' },
          size: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
        },
        required: ['title', 'kind', 'size'],
        additionalProperties: false,
        definitions: { kind: { enum: ['cat', 'dog', 3] } },
      };
      const conforms = new Ajv().compile(jsonSchema);
      for (const seed of [1, 2, 3]) {
        const params = { temperature: 1.5, seed, max_tokens: 200 };
        const answer = await backend.run(
          ask('Describe a pet.', params, { format: 'json', jsonSchema }),
          never,
        );
        expect(conforms(JSON.parse(answer.text)), answer.text).toBe(true);
      }
    });

    it('makes a grammar of any schema without a word', async () => {
      const engine = await startEngine(undefined);
      const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(console, 'log')];
      const keywords = fc.constantFrom(
        'type',
        'items',
        'enum',
        'const',
        'oneOf',
        'anyOf',
        'properties',
        '$ref',
        'maxItems',
      );
      const types = fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'null', 'boolean');
      const { schema } = fc.letrec((tie) => ({
        schema: fc.dictionary(
          keywords,
          fc.oneof(
            { maxDepth: 4 },
            types,
            fc.jsonValue({ maxDepth: 1 }),
            tie('schema'),
            fc.array(tie('schema'), { maxLength: 3 }),
          ),
        ),
      }));
      await fc.assert(
        fc.asyncProperty(schema, async (jsonSchema) => {
          const request = ask('', {}, { jsonSchema: jsonSchema as Record<string, unknown> });
          expect((await grammarFor(engine, request))?.grammar).toContain('root ::= ');
        }),
        { numRuns: 200 },
      );
      for (const spy of printed) expect(spy).not.toHaveBeenCalled();
    });

    it('refuses a prompt that leaves no room for an answer, and a window the model never saw', async () => {
      const long = ask('word '.repeat(600));
      await expect(backend.run(long, never)).rejects.toMatchObject({ kind: 'prompt_too_long' });
      const wide = ask('Hi', { context_length: 100_000 });
      await expect(backend.run(wide, never)).rejects.toMatchObject({ kind: 'option_unsupported' });
    });

    it('stops answering where the window ends, without forgetting its beginning', async () => {
      const answer = await backend.run(
        ask('Tell me a very long story.', { max_tokens: 4000, context_length: 128 }),
        never,
      );
      expect(answer.finishReason).toBe('length');
      expect((answer.tokensInput ?? 0) + (answer.tokensOutput ?? 0)).toBeLessThan(128);
    });

    it('stops within a moment when it is called off', async () => {
      const stop = new AbortController();
      const running = backend.run(ask('Tell me a long story.', { max_tokens: 400 }), stop.signal, {
        onText: () => stop.abort(),
      });
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
      const late = backend.run(rainbow, AbortSignal.abort());
      await expect(late).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('finds the weights unchanged afterwards', async () => {
      await backend.confirm(await backend.describe(never), never);
    });

    it('runs one variant in a process, and says so when it is asked for a second', async () => {
      const other = await createBackend(parseModelName('llamacpp:smollm2'), offline({ cpu: 'x64' }));
      await expect(other.describe(never)).rejects.toMatchObject({ kind: 'option_unsupported' });
    });
  },
);
