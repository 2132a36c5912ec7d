import { parseModelName, problemKinds } from '@timelab/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BackendOptions, createBackend } from '../src/index.ts';
import {
  done,
  entry,
  type FaultServer,
  hangUp,
  lines,
  raw,
  silence,
  startFaultServer,
  status,
} from './fault-server.ts';
import { ask, never, offline } from './sample-request.ts';

let server: FaultServer | undefined;
const printed = ['log', 'warn', 'error', 'info'] as const;
const spies = printed.map((name) => vi.spyOn(console, name));

afterEach(async () => {
  await server?.stop();
  // The client prints when it is surprised: it must never be.
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
});

async function backendAt(
  wrong: Parameters<typeof startFaultServer>[0],
  changed: Partial<BackendOptions> = {},
) {
  server = await startFaultServer(wrong);
  return createBackend(parseModelName('ollama:m'), offline({ ollamaHost: server.url, ...changed }));
}

async function runAt(
  reply: Parameters<typeof startFaultServer>[0][string],
  changed: Partial<BackendOptions> = {},
) {
  return (await backendAt({ '/api/chat': reply }, changed)).run(ask('Hi'), never);
}

const half = JSON.stringify({ message: { content: 'Hel' } });

describe('a cold start', () => {
  it('is asked for before the answer, once the model is listed no more', async () => {
    const loaded = { models: [entry] };
    const gone = { models: [] };
    const backend = await backendAt({ '/api/ps': [loaded, loaded, gone, loaded] }, { cold: true });
    const answer = await backend.run(ask('Hi'), never);
    expect(answer.sent).toMatchObject({ unload_first: true });
    const asked = server?.asked.filter((path) => /generate|ps|chat/.test(path));
    expect(asked).toEqual(['/api/generate', '/api/ps', '/api/ps', '/api/ps', '/api/chat']);
    const unloading = server?.bodies[server.asked.indexOf('/api/generate')] ?? '';
    expect(JSON.parse(unloading)).toMatchObject({ model: 'm', keep_alive: 0 });
  });

  it('that another request prevents is given up in words', async () => {
    // Longer than the server may take for an answer on a busy machine, or that would be what is given up.
    const backend = await backendAt({}, { cold: true, idleTimeoutMs: 5000 });
    await expect(backend.run(ask('Hi'), never)).rejects.toMatchObject({
      kind: 'backend_timeout',
      message: expect.stringContaining('still loaded'),
    });
    expect(server?.asked).not.toContain('/api/chat');
  });
});

describe('an answer of Ollama’s', () => {
  it('is its pieces, counts and reason, and what was sent is said in full', async () => {
    const answer = await runAt(
      lines({ message: { content: 'Hel' } }, { message: { content: 'lo' } }, done()),
    );
    expect(answer).toMatchObject({ text: 'Hello', finishReason: 'stop', tokensInput: 3, tokensOutput: 2 });
    expect(answer.sent).toMatchObject({ truncate: false, shift: false, stream: true });
    const body = JSON.parse(server?.bodies.at(-1) ?? '');
    expect(body.options).toEqual(answer.sent['options']);
    expect(body.options).toMatchObject({ temperature: 0, top_k: 0, min_p: 0, num_ctx: 512, stop: ['<end>'] });
  });

  it('is whole in pieces of one byte, with characters of several', async () => {
    const bytes = Buffer.from(
      `${JSON.stringify({ message: { content: 'ñ🙂' } })}\n${JSON.stringify(done())}\n`,
    );
    const answer = await runAt((response) => {
      const send = (at: number): void => {
        if (at === bytes.length) response.end();
        else response.write(bytes.subarray(at, at + 1), () => setImmediate(send, at + 1));
      };
      send(0);
    });
    expect(answer.text).toBe('ñ🙂');
  });

  it('leaves out the counts that the server did not give', async () => {
    const answer = await runAt(lines({ message: { content: '' }, done: true, done_reason: 'stop' }));
    expect(answer).not.toHaveProperty('tokensInput');
    expect(answer).not.toHaveProperty('tokensOutput');
  });

  it.each([
    ['no `done`', lines({ message: { content: 'Hello' } }), 'backend_protocol'],
    ['no reason for its end', lines(done({ done_reason: undefined })), 'backend_protocol'],
    ['an end that is no end', lines(done({ done_reason: 'load' })), 'backend_protocol'],
    [
      'a broken line',
      lines({ message: { content: 'Hel' } }, '{"message":{"con\n', done()),
      'backend_protocol',
    ],
    ['a line that is no object', lines('null\n', done()), 'backend_protocol'],
    ['a line without a message', lines({}, done()), 'backend_protocol'],
    ['bytes that are not UTF-8', raw([0xff, 0xfe, 0x0a]), 'backend_protocol'],
    ['an error in the middle', lines({ message: { content: 'Hel' } }, { error: 'boom' }), 'backend_error'],
    ['a dropped connection', hangUp(`${half}\n`), 'backend_protocol'],
    ['a connection dropped before a byte', hangUp(), 'backend_protocol'],
    ['a missing model', status(404, { error: 'model not found' }), 'model_missing'],
    ['a failure with words', status(500, { error: 'out of memory' }), 'backend_error'],
    ['a failure that is not JSON', status(502, '<html>Bad gateway</html>'), 'backend_error'],
    [
      'an overlong prompt',
      status(500, { error: 'the input length exceeds the context length' }),
      'prompt_too_long',
    ],
    ['a locked door', status(401, { error: 'no' }), 'backend_error'],
    ['a redirect off this machine', status(302, '', { location: 'http://192.0.2.1/' }), 'network_denied'],
    ['a redirect on this machine', status(307, '', { location: 'http://127.0.0.1:1/' }), 'backend_error'],
  ] as const)('with %s fails as such', async (_what, reply, kind) => {
    await expect(runAt(reply)).rejects.toMatchObject({
      name: 'Problem',
      kind,
      hint: expect.stringMatching(/\w/),
    });
    expect(problemKinds).toHaveProperty(kind);
  });

  it.each([
    ['before it begins', silence()],
    ['in the middle', silence(`${half}\n`)],
  ])('that is silent %s is given up', async (_when, reply) => {
    await expect(runAt(reply, { idleTimeoutMs: 200 })).rejects.toMatchObject({ kind: 'backend_timeout' });
  });

  it('that never ends is cut off', async () => {
    const endless = lines(...Array<object>(2000).fill({ message: { content: 'x'.repeat(100) } }));
    await expect(runAt(endless, { maxResponseBytes: 100_000 })).rejects.toMatchObject({
      kind: 'backend_protocol',
    });
  });

  it('can be called off while the server is silent, which then sees the line closed', async () => {
    const stop = new AbortController();
    let closed: () => void = () => {};
    const hungUp = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const backend = await backendAt({
      '/api/chat': (response) => {
        response.once('close', closed);
        stop.abort();
      },
    });
    await expect(backend.run(ask('Hi'), stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await hungUp;
  });

  it('shows a stranger’s words on one line, without control characters', async () => {
    const wild = status(500, { error: `\u001b[31mred\n\u0007${'x'.repeat(294)}${'🙂'.repeat(9)}` });
    const message = await runAt(wild).catch((error: Error) => error.message);
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(String(message).length).toBeLessThan(500);
    expect(String(message).isWellFormed()).toBe(true);
  });
});

describe('a model of Ollama’s', () => {
  it('is named by digest and by the hash of its weights', async () => {
    const description = await (await backendAt({})).describe(never);
    expect(description).toEqual({
      name: 'ollama:m',
      hash: entry.digest,
      weightsSha256: 'b'.repeat(64),
      sizeBytes: 5,
      engine: { name: 'ollama', release: '0.0.1' },
    });
  });

  it.each([
    ['is not there', { '/api/tags': { models: null } }, 'model_missing'],
    ['has no digest', { '/api/tags': { models: [{ ...entry, digest: '' }] } }, 'digest_missing'],
    [
      'is served from elsewhere',
      { '/api/tags': { models: [{ ...entry, remote_host: 'far.example' }] } },
      'model_remote',
    ],
    ['is remote by its own account', { '/api/show': { remote_model: 'big', details: {} } }, 'model_remote'],
    ['is listed by another kind of server', { '/api/tags': status(200, '<html>') }, 'backend_protocol'],
    ['is in a list that is none', { '/api/tags': { models: 'many' } }, 'backend_protocol'],
  ])('that %s is refused', async (_what, wrong, kind) => {
    await expect((await backendAt(wrong)).describe(never)).rejects.toMatchObject({ kind });
  });

  it('keeps nothing that no record could hold', async () => {
    const long = `\ud800${'🙂'.repeat(600)}`;
    const remote = { ...entry, remote_host: long };
    const shown = {
      license: long.repeat(9),
      parameters: `stop "${'\\ud800'}"`,
      details: { family: long, quantization_level: long, parameter_size: long },
    };
    const wrong = {
      '/api/version': { version: `x${long}`.repeat(2000) },
      '/api/tags': { models: [remote] },
      '/api/show': shown,
    };
    const backend = await backendAt(wrong, { allowNet: true });
    const record = [await backend.describe(never), (await backend.run(ask('Hi'), never)).sent];
    const texts: string[] = [];
    JSON.stringify(record, (_key, value) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    expect(texts.filter((text) => !text.isWellFormed() || text.length > 1100)).toEqual([]);
  });

  it('with endless texts to stop at is refused', async () => {
    const shown = { parameters: 'stop "x"\n'.repeat(1000) };
    await expect((await backendAt({ '/api/show': shown })).describe(never)).rejects.toMatchObject({
      kind: 'backend_protocol',
    });
  });

  it('that is remote is taken when the network is allowed, and its host is recorded', async () => {
    const options = { allowNet: true, hosts: new Set<string>() };
    const remote = { '/api/tags': { models: [{ ...entry, remote_host: 'far.example' }] } };
    const description = await (await backendAt(remote, options)).describe(never);
    expect(description.remoteHost).toBe('far.example');
    expect([...options.hosts]).toEqual([new URL(server?.url ?? '').host, 'far.example']);
  });

  it.each([
    [
      'its name moves',
      { '/api/tags': [{ models: [entry] }, { models: [{ ...entry, digest: 'c'.repeat(64) }] }] },
    ],
    ['another is loaded under its name', { '/api/ps': { models: [{ ...entry, digest: 'c'.repeat(64) }] } }],
    ['it is taken away', { '/api/tags': [{ models: [entry] }, { models: [] }] }],
  ])('is not confirmed when %s', async (_what, wrong) => {
    const backend = await backendAt(wrong);
    const described = await backend.describe(never);
    await expect(backend.confirm(described, never)).rejects.toMatchObject({ kind: 'digest_changed' });
  });

  it('is confirmed when nothing changed, loaded or not', async () => {
    const backend = await backendAt({ '/api/ps': { models: [] } });
    await backend.confirm(await backend.describe(never), never);
  });
});
