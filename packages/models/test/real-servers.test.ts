import { parseModelName } from '@timelab/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend, listModels, showModel } from '../src/index.ts';
import { findOllama, noOllama, type RealOllama, start } from './real-ollama.ts';
import { ask, never, offline } from './sample-request.ts';
import { smollm2 } from './weights.ts';

const binary = findOllama();
const weights = await smollm2();
const reason =
  binary === undefined ? noOllama : 'missing' in weights ? `skipped: ${weights.missing}` : undefined;
const sha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const hello = ask('Say hello.', { max_tokens: 16, context_length: 256 });
const jsonSchema = {
  type: 'object',
  properties: { colour: { enum: ['red', 'blue'] } },
  required: ['colour'],
  additionalProperties: false,
};

describe.skipIf(reason !== undefined)(`real servers${reason ? ` (${reason})` : ''}`, () => {
  let server: RealOllama;
  beforeAll(async () => {
    if (binary === undefined || 'missing' in weights) return;
    server = await start(binary, weights.path);
  });
  afterAll(() => server?.stop());

  const ollama = (model = 'ollama:smollm2') =>
    createBackend(parseModelName(model), offline({ ollamaHost: server.url }));
  const openai = (model = 'openai:smollm2') =>
    createBackend(parseModelName(model), offline({ openaiBaseUrl: `${server.url}/v1` }));

  describe('Ollama', () => {
    it('names the model by its digest, and the weights by the hash the embedded engine finds', async () => {
      const embedded = await createBackend(parseModelName('llamacpp:smollm2'), offline());
      const [served, here] = [await (await ollama()).describe(never), await embedded.describe(never)];
      expect(served).toMatchObject({
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        weightsSha256: sha256,
        license: 'apache-2.0',
        quantization: 'Q4_1',
        parameters: '135M',
        contextLength: 8192,
        engine: { name: 'ollama', release: expect.stringMatching(/^\d+\.\d+/) },
      });
      expect(here.weightsSha256).toBe(served.weightsSha256);
      expect(here.hash).not.toBe(served.hash);
    });

    it('repeats a greedy answer, with counts, and is confirmed afterwards', async () => {
      const backend = await ollama();
      const described = await backend.describe(never);
      const pieces: string[] = [];
      const first = await backend.run(hello, never, { onText: (piece) => pieces.push(piece) });
      const second = await backend.run(hello, never);
      expect(second.text).toBe(first.text);
      expect(pieces.join('')).toBe(first.text);
      expect(first.text).not.toBe('');
      expect(first.tokensInput).toBeGreaterThan(5);
      expect(first.tokensOutput).toBeGreaterThan(1);
      await backend.confirm(described, never);
    });

    it('ends by length, by a stop text, and refuses what does not fit', async () => {
      const backend = await ollama();
      const short = await backend.run(ask('Tell me a story.', { max_tokens: 5, context_length: 256 }), never);
      expect(short).toMatchObject({ finishReason: 'length', tokensOutput: 5 });
      const [word = ''] = short.text.trim().split(' ').slice(1);
      const stop = { max_tokens: 5, context_length: 256, stop: [word] };
      const stopped = await backend.run(ask('Tell me a story.', stop), never);
      expect(stopped.finishReason).toBe('stop');
      expect(stopped.text).not.toContain(word);
      const long = backend.run(ask('word '.repeat(400), { context_length: 256 }), never);
      await expect(long).rejects.toMatchObject({ kind: 'prompt_too_long' });
      const wide = backend.run(ask('Hi', { context_length: 100_000 }), never);
      await expect(wide).rejects.toMatchObject({ kind: 'option_unsupported' });
    });

    it('holds an answer to a schema', async () => {
      const params = { max_tokens: 40, context_length: 256 };
      const answer = await (await ollama()).run(
        ask('A colour?', params, { format: 'json', jsonSchema }),
        never,
      );
      expect(['red', 'blue']).toContain(JSON.parse(answer.text).colour);
    });

    it('says what it does not have, and can be called off', async () => {
      await expect((await ollama('ollama:nope')).describe(never)).rejects.toMatchObject({
        kind: 'model_missing',
      });
      const stop = new AbortController();
      const story = ask('Tell me a long story.', { max_tokens: 200, context_length: 256 });
      const running = (await ollama()).run(story, stop.signal, { onText: () => stop.abort() });
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('is in the list of what can answer here', async () => {
      const list = await listModels(offline({ ollamaHost: server.url }), never);
      expect(list.unreached).toEqual([]);
      expect(list.models).toContainEqual(
        expect.objectContaining({ name: 'llamacpp:smollm2', state: 'ready' }),
      );
      expect(list.models).toContainEqual(
        expect.objectContaining({
          name: 'ollama:smollm2:latest',
          weightsSha256: sha256,
          license: 'apache-2.0',
        }),
      );
    });

    it('can be shown', async () => {
      const shown = await showModel(parseModelName('smollm2'), offline({ ollamaHost: server.url }), never);
      expect(shown).toMatchObject({ state: 'ready', name: 'ollama:smollm2', determinism: { tier: 'T2' } });
    });
  });

  describe('its OpenAI-compatible side', () => {
    it('answers, streams, counts and repeats', async () => {
      const backend = await openai();
      await backend.describe(never);
      const pieces: string[] = [];
      const first = await backend.run(hello, never, { onText: (piece) => pieces.push(piece) });
      expect((await backend.run(hello, never)).text).toBe(first.text);
      expect(pieces.join('')).toBe(first.text);
      expect(first.tokensInput).toBeGreaterThan(5);
      expect(first.tokensOutput).toBeGreaterThan(1);
    });

    it('ends by length and holds an answer to a schema', async () => {
      const backend = await openai();
      const short = await backend.run(ask('Tell me a story.', { max_tokens: 5 }), never);
      expect(short).toMatchObject({ finishReason: 'length', tokensOutput: 5 });
      const request = ask('A colour?', { max_tokens: 40 }, { format: 'json', jsonSchema });
      const answer = await backend.run(request, never);
      expect(['red', 'blue']).toContain(JSON.parse(answer.text).colour);
    });

    it('says what it does not have', async () => {
      await expect((await openai('openai:nope')).describe(never)).rejects.toMatchObject({
        kind: 'model_missing',
      });
      await expect((await openai('openai:nope')).run(hello, never)).rejects.toMatchObject({
        kind: 'model_missing',
      });
    });
  });
});
