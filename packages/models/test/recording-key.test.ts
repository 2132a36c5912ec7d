import { isDeepStrictEqual } from 'node:util';
import {
  type ModelDescription,
  type ModelName,
  type ModelRequest,
  recordedRequest,
  recordingKey,
} from '@timelab/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BackendOptions, createBackend } from '../src/index.ts';
import { offline } from './sample-request.ts';

/** One call as a whole: what is asked, of whom, and in which surroundings. */
interface Call {
  readonly name: ModelName;
  readonly model: ModelDescription;
  readonly request: ModelRequest;
  readonly options: Partial<BackendOptions>;
}

const word = fc.constantFrom('a', 'b', 'c');
const digest = fc.constantFrom('1', '2', '3').map((digit) => digit.repeat(64));
const text = fc.oneof(word, fc.string({ maxLength: 8 }));
const schema = fc.constantFrom(
  { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } },
  // The same by its canonical form, and another order to write in.
  { type: 'object', properties: { b: { type: 'string' }, a: { type: 'string' } } },
  { type: 'array' },
);

const calls: fc.Arbitrary<Call> = fc
  .record({
    backend: fc.constantFrom('ollama' as const, 'llamacpp' as const, 'openai' as const),
    name: word,
    hash: digest,
    engine: fc.record({ name: word, release: word, cpu: word }),
    remote: fc.option(word),
    messages: fc.array(fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: text }), {
      minLength: 1,
      maxLength: 3,
    }),
    params: fc.record({
      temperature: fc.constantFrom(0, 0.2, 1),
      top_p: fc.constantFrom(0.5, 1),
      seed: fc.nat(3),
      max_tokens: fc.constantFrom(1, 2, 512),
      stop: fc.array(word, { maxLength: 2 }),
      context_length: fc.constantFrom(128, 4096),
    }),
    format: fc.constantFrom('text' as const, 'json' as const, 'markdown' as const),
    jsonSchema: fc.option(schema),
    repeat: fc.nat(3),
    cold: fc.boolean(),
  })
  .map(({ backend, name, hash, engine, remote, messages, params, format, jsonSchema, repeat, cold }) => ({
    name: { backend, model: name },
    model: {
      name: `${backend}:${name}`,
      ...(backend === 'openai' ? {} : { hash }),
      engine,
      ...(remote === null ? {} : { remoteHost: remote }),
    },
    request: {
      messages: messages as ModelRequest['messages'],
      params,
      format,
      ...(jsonSchema === null ? {} : { jsonSchema }),
      repeat,
    },
    // Only Ollama can be told to start cold; the embedded engine always does.
    options: backend === 'ollama' ? { cold } : {},
  }));

async function keyOf({ name, model, request, options }: Call): Promise<string> {
  const { settings } = await createBackend(name, offline(options));
  return recordingKey(
    recordedRequest({ backend: name.backend, model, request, settings: settings(request) }),
  );
}

/** What can alter an answer, told without the code that is tested; keys of schemas in the order they stand in. */
function whatShapes({ name, model, request, options }: Call) {
  const { jsonSchema, ...rest } = request;
  return {
    backend: name.backend,
    weights: model.hash ?? model.name,
    engine: model.engine,
    remote: model.remoteHost,
    rest,
    schema: jsonSchema === undefined ? undefined : JSON.stringify(jsonSchema),
    cold: options.cold === true,
  };
}

const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));

type Change = (call: Call) => Call;
const ask = (change: (request: ModelRequest) => Partial<ModelRequest>): Change => {
  return (call) => ({ ...call, request: { ...call.request, ...change(call.request) } });
};
const set = (change: (params: ModelRequest['params']) => Partial<ModelRequest['params']>): Change =>
  ask(({ params }) => ({ params: { ...params, ...change(params) } }));
const of = (change: (model: ModelDescription) => Partial<ModelDescription>): Change => {
  return (call) => ({ ...call, model: { ...call.model, ...change(call.model) } });
};

/** Objects with their keys in another order, but for schemas, whose order counts. */
const turned = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).reverse()) as unknown as T;

/** Each alters one thing that can alter the answer. */
const altering: Readonly<Record<string, Change>> = {
  weights: of(({ hash, name }) =>
    hash === undefined ? { name: `${name}x` } : { hash: `f${hash.slice(1)}` },
  ),
  engine: of(({ engine }) => ({ engine: { ...engine, name: `${engine.name}x` } })),
  release: of(({ engine }) => ({ engine: { ...engine, release: `${engine.release}.1` } })),
  variant: of(({ engine }) => ({ engine: { ...engine, cpu: `${engine.cpu}x` } })),
  remote: of(({ remoteHost }) => ({ remoteHost: `${remoteHost ?? ''}x` })),
  words: ask(({ messages }) => ({
    messages: messages.map((one, at) => (at === 0 ? { ...one, content: `${one.content} ` } : one)),
  })),
  turn: ask(({ messages }) => ({ messages: [...messages, { role: 'user', content: '' }] })),
  role: ask(({ messages }) => ({
    messages: messages.map((one) => ({ ...one, role: one.role === 'user' ? 'assistant' : 'user' })),
  })),
  format: ask(({ format }) => ({ format: format === 'json' ? 'text' : 'json' })),
  schema: ask(({ jsonSchema }) => ({ jsonSchema: { ...jsonSchema, title: 'x' } })),
  order: ask(({ jsonSchema = {} }) => ({
    jsonSchema: 'properties' in jsonSchema ? turned(jsonSchema) : { ...jsonSchema, title: 'y' },
  })),
  repeat: ask(({ repeat = 0 }) => ({ repeat: repeat + 1 })),
  temperature: set(({ temperature }) => ({ temperature: temperature + 0.1 })),
  top_p: set(({ top_p }) => ({ top_p: top_p - 0.1 })),
  seed: set(({ seed }) => ({ seed: seed + 1 })),
  max_tokens: set(({ max_tokens }) => ({ max_tokens: max_tokens + 1 })),
  stop: set(({ stop }) => ({ stop: [...stop, 'x'] })),
  context_length: set(({ context_length }) => ({ context_length: context_length + 1 })),
};

/** What cannot alter the answer of weights that are known by their digest. */
const surroundings = fc.record({
  dataDir: word,
  cwd: word,
  hosts: fc.constant(new Set(['127.0.0.1:1'])),
  allowNet: fc.boolean(),
  idleTimeoutMs: fc.integer({ min: 1, max: 1e6 }),
  maxResponseBytes: fc.integer({ min: 1, max: 1e6 }),
  ollamaHost: fc.constantFrom('127.0.0.1:1', 'http://127.0.0.2:2/x'),
  openaiBaseUrl: fc.constant('http://127.0.0.1:3/v1'),
  openaiApiKey: fc.constant('sk-none'),
});
const facts = fc.record({
  license: word,
  sizeBytes: fc.nat(),
  quantization: word,
  contextLength: fc.nat(),
  weightsSha256: digest,
});

/** The same call in other surroundings: other paths, time-outs, hosts and keys, another name for the same weights. */
const elsewhere = fc.tuple(surroundings, facts, word).map(
  ([options, known, word]): Change =>
    (call) => {
      const model = call.model.hash === undefined ? call.name.model : word;
      return {
        name: { ...call.name, model },
        model: turned({ ...call.model, ...known, name: `${call.name.backend}:${model}` }),
        request: turned({ ...call.request, params: turned(call.request.params) }),
        options: { ...call.options, ...options },
      };
    },
);

const alterings = fc.constantFrom(...Object.entries(altering));

describe('the key of a recorded answer', () => {
  it('misses after each change that can alter the answer, and hits after those that cannot, in 10,000 pairs', async () => {
    const hits = { altered: 0, moved: 0 };
    await fc.assert(
      fc.asyncProperty(
        calls,
        alterings,
        elsewhere,
        fc.boolean(),
        async (call, [name, alter], move, altered) => {
          const other = altered ? alter(move(call)) : move(call);
          // At once, as calls of one lab are.
          const [one, two] = await Promise.all([keyOf(call), keyOf(other)]);
          if (one === two) hits[altered ? 'altered' : 'moved'] += 1;
          expect([name, one === two]).toEqual([name, !altered]);
        },
      ),
      { numRuns: 10_000 },
    );
    expect(hits.altered).toBe(0);
    expect(hits.moved).toBeGreaterThan(4000);
  });

  it('is equal for any two calls if all that shapes their answers is', async () => {
    await fc.assert(
      fc.asyncProperty(calls, calls, async (one, other) => {
        const same = isDeepStrictEqual(plain(whatShapes(one)), plain(whatShapes(other)));
        expect((await keyOf(one)) === (await keyOf(other))).toBe(same);
      }),
      { numRuns: 1000 },
    );
  });
});
