import { parseModelName } from '@timelab/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createBackend } from '../src/index.ts';
import {
  done,
  events,
  type FaultServer,
  lines,
  type Reply,
  startFaultServer,
  status,
} from './fault-server.ts';
import { ask, never, offline } from './sample-request.ts';

let server: FaultServer | undefined;
afterEach(() => server?.stop());

const deep = (text: string) => text.replace('DEEP', `${'['.repeat(50_000)}${']'.repeat(50_000)}`);

/** Where a server can put JSON that is 50,000 deep, which nothing but JSON.parse itself can walk through. */
const replies: readonly (readonly [where: string, model: string, path: string, reply: Reply])[] = [
  ['the error of a refusal', 'ollama:m', '/api/chat', status(500, deep('{"error":{"x":DEEP}}'))],
  ['a refusal itself', 'ollama:m', '/api/chat', status(500, deep('{"x":DEEP}'))],
  ['a line', 'ollama:m', '/api/chat', lines(deep('{"message":{"content":"x"},"x":DEEP}\n'), done())],
  ['an error in the middle', 'ollama:m', '/api/chat', lines(deep('{"error":DEEP}\n'))],
  ['the list of models', 'ollama:m', '/api/tags', status(200, deep('{"models":DEEP}'))],
  [
    'what is said of a model',
    'ollama:m',
    '/api/show',
    status(200, deep('{"model_info":{"general.license":DEEP}}')),
  ],
  ['an event', 'openai:m', '/v1/chat/completions', events(deep('{"choices":DEEP}'), '[DONE]')],
  ['the error of an event', 'openai:m', '/v1/chat/completions', events(deep('{"error":{"x":DEEP}}'))],
  ['the usage of an event', 'openai:m', '/v1/chat/completions', events(deep('{"choices":[],"usage":DEEP}'))],
  ['the error of an OpenAI refusal', 'openai:m', '/v1/chat/completions', status(400, deep('{"error":DEEP}'))],
];

describe('JSON that is deeper than anything that a server has to say', () => {
  it.each(replies)(
    'in %s of %s is a problem in words, or passed over',
    async (_where, model, path, reply) => {
      server = await startFaultServer({ [path]: reply });
      const options = offline({ ollamaHost: server.url, openaiBaseUrl: `${server.url}/v1/` });
      const backend = await createBackend(parseModelName(model), options);
      const answered = (async () => {
        await backend.describe(never);
        return await backend.run(ask('Hi'), never);
      })();
      const came = await answered.then(
        ({ text }) => ({ text }),
        (error) => ({ name: error.name, kind: error.kind, message: error.message }),
      );
      if ('text' in came) return expect(came.text).toBe('Hello');
      expect(came).toMatchObject({
        name: 'Problem',
        kind: expect.stringMatching(/^backend_|^digest_|^model_/),
      });
      expect(came.message.length).toBeLessThan(1000);
    },
  );
});
