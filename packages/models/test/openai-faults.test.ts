import { parseModelName } from '@timelab/core';
import { afterEach, describe, expect, it } from 'vitest';
import { type BackendOptions, createBackend } from '../src/index.ts';
import {
  delta,
  events,
  type FaultServer,
  finish,
  hangUp,
  type Reply,
  raw,
  silence,
  startFaultServer,
  status,
} from './fault-server.ts';
import { ask, never, offline } from './sample-request.ts';

let server: FaultServer | undefined;
afterEach(() => server?.stop());

async function backendAt(wrong: Record<string, Reply>, changed: Partial<BackendOptions> = {}) {
  server = await startFaultServer(wrong);
  const options = offline({ openaiBaseUrl: `${server.url}/v1/`, ...changed });
  return createBackend(parseModelName('openai:m'), options);
}

async function runAt(reply: Reply, changed: Partial<BackendOptions> = {}) {
  return (await backendAt({ '/v1/chat/completions': reply }, changed)).run(ask('Hi'), never);
}

describe('an answer of an OpenAI-compatible server', () => {
  it('is its pieces, counts and reason, and what was sent is said in full', async () => {
    const pieces: string[] = [];
    const backend = await backendAt({}, { openaiApiKey: 'secret' });
    const jsonSchema = { type: 'object' };
    const request = ask('Hi', { stop: ['x'] }, { jsonSchema });
    const answer = await backend.run(request, never, { onText: (piece) => pieces.push(piece) });
    expect(answer).toMatchObject({ text: 'Hello', finishReason: 'stop', tokensInput: 3, tokensOutput: 2 });
    expect(pieces).toEqual(['Hel', 'lo']);
    const { messages, model, ...sent } = JSON.parse(server?.bodies.at(-1) ?? '');
    expect(answer.sent).toEqual(sent);
    expect(messages).toEqual([{ role: 'user', content: 'Hi' }]);
    expect(model).toBe('m');
    expect(sent).toMatchObject({ seed: 0, temperature: 0, max_tokens: 24, stop: ['x'] });
    expect(sent.response_format.json_schema.schema).toEqual(jsonSchema);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('may come without counts, with comments, and with lines that end as on Windows', async () => {
    const text = [
      ': hello',
      'event: x',
      `data: ${JSON.stringify(delta('Hi'))}`,
      '',
      `data:${JSON.stringify(finish('length'))}`,
      '',
      'data: [DONE]',
      '',
      '',
    ];
    const answer = await runAt(raw([...Buffer.from(text.join('\r\n'))]));
    expect(answer).toMatchObject({ text: 'Hi', finishReason: 'length' });
    expect(answer).not.toHaveProperty('tokensInput');
  });

  it.each([
    ['no [DONE]', events(delta('Hel'), finish()), 'backend_protocol'],
    ['no reason for its end', events(delta('Hel'), '[DONE]'), 'backend_protocol'],
    ['a reason that is none of ours', events(finish('content_filter'), '[DONE]'), 'backend_protocol'],
    ['a broken event', events('{"choices":[', finish(), '[DONE]'), 'backend_protocol'],
    ['an event that is no object', events('7', finish(), '[DONE]'), 'backend_protocol'],
    ['an error in the middle', events(delta('Hel'), { error: { message: 'boom' } }), 'backend_error'],
    ['a dropped connection', hangUp('data: {"choices"'), 'backend_protocol'],
    ['bytes that are not UTF-8', raw([0xff, 0x0a]), 'backend_protocol'],
    ['a missing model', status(404, { error: { message: 'no m' } }), 'model_missing'],
    ['a failure', status(500, { error: { message: 'out of memory' } }), 'backend_error'],
    [
      'an overlong prompt',
      status(400, { error: { message: 'exceeds the context size' } }),
      'prompt_too_long',
    ],
    ['a redirect off this machine', status(301, '', { location: 'http://192.0.2.1/' }), 'network_denied'],
  ] as const)('with %s fails as such', async (_what, reply, kind) => {
    await expect(runAt(reply)).rejects.toMatchObject({
      name: 'Problem',
      kind,
      hint: expect.stringMatching(/\w/),
    });
  });

  it('that is silent is given up', async () => {
    await expect(runAt(silence('data: '), { idleTimeoutMs: 200 })).rejects.toMatchObject({
      kind: 'backend_timeout',
    });
  });

  it('never repeats a key that the server repeats', async () => {
    const key = 'sk-a/b';
    const said = { error: { message: `${'x'.repeat(288)} Bearer ${key}, ${key}` } };
    const escaped = '{"detail":"Bearer \\u0073k-a\\/b"}';
    const replies = [
      ...[400, 401, 403, 404, 429, 500].flatMap((code) => [status(code, said), status(code, escaped)]),
      events(delta('Hel'), { error: `Bearer ${key}` }),
      events(`Bearer ${key}`),
      events(finish(key), '[DONE]'),
    ];
    for (const reply of replies) {
      const error = await runAt(reply, { openaiApiKey: key }).catch((problem: unknown) => problem);
      expect(error).toMatchObject({ name: 'Problem' });
      expect(JSON.stringify({ ...(error as object), text: String(error) })).not.toContain('sk-');
      await server?.stop();
    }
  });

  it('is signed by a fingerprint that a record can hold, without the key', async () => {
    const signed = { ...delta('Hi'), system_fingerprint: `sk-1 ${'🙂'.repeat(9000)}` };
    const answer = await runAt(events(signed, finish(), '[DONE]'), { openaiApiKey: 'sk-1' });
    expect(answer.server).not.toContain('sk-1');
    expect(answer.server?.length).toBeLessThan(1100);
    expect(answer.server?.isWellFormed()).toBe(true);
  });

  it('is whole and well-formed however its characters are cut', async () => {
    const pieces = events(
      delta('x'.repeat(5000)),
      delta('\ud83d'),
      delta('\ude42\ud800'),
      finish(),
      '[DONE]',
    );
    expect((await runAt(pieces)).text).toBe(`${'x'.repeat(5000)}🙂\ufffd`);
  });
});

describe('a model of an OpenAI-compatible server', () => {
  it('has no digest, and says so by leaving it out', async () => {
    const backend = await backendAt({});
    expect(await backend.describe(never)).toEqual({
      name: 'openai:m',
      engine: { name: 'openai-compatible' },
    });
    expect(backend.capabilities.digest).toBe(false);
    expect(backend.determinism.tier).toBe('T3');
  });

  it('is taken at its word where the server has no list, and refused where the list does not have it', async () => {
    const unlisted = await backendAt({ '/v1/models': status(404, '') });
    await unlisted.describe(never);
    await server?.stop();
    const other = await backendAt({ '/v1/models': { data: [{ id: 'other' }] } });
    await expect(other.describe(never)).rejects.toMatchObject({
      kind: 'model_missing',
      hint: expect.stringContaining('other'),
    });
  });

  it.each(['nonsense', 'ftp://x/v1', 'http://user:pass@127.0.0.1/v1'])(
    'is not looked for at %s',
    async (address) => {
      const making = createBackend(parseModelName('openai:m'), offline({ openaiBaseUrl: address }));
      await expect(making).rejects.toMatchObject({
        kind: 'usage',
        message: expect.not.stringContaining('pass'),
      });
    },
  );

  it('is not asked with a key that is none', async () => {
    const making = createBackend(parseModelName('openai:m'), offline({ openaiApiKey: 'a\nb' }));
    await expect(making).rejects.toMatchObject({ kind: 'usage' });
  });
});
