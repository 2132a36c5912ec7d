import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a scripted server answers at one path: a JSON value, or a function that writes the reply itself. */
export type Reply = object | ((response: ServerResponse, request: IncomingMessage) => void);

/** A server that plays Ollama or an OpenAI-compatible one, wrong only where a test says so. */
export interface FaultServer {
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  /** The bodies that were sent, in order. */
  readonly bodies: readonly string[];
  stop(): Promise<void>;
}

const digest = 'a'.repeat(64);

/** An Ollama entry as /api/tags lists it. */
export const entry = { name: 'm:latest', model: 'm:latest', size: 5, digest };

/** What a right server answers. */
const right: Readonly<Record<string, Reply>> = {
  '/api/version': { version: '0.0.1' },
  '/api/tags': { models: [entry] },
  '/api/ps': { models: [entry] },
  '/api/show': {
    modelfile: `FROM /x/sha256-${'b'.repeat(64)}\n`,
    parameters: 'stop "<end>"',
    details: {},
    model_info: {},
  },
  '/api/chat': lines({ message: { content: 'Hel' } }, { message: { content: 'lo' } }, done()),
  '/api/generate': { model: 'm', response: '', done: true, done_reason: 'unload' },
  '/v1/models': { data: [{ id: 'm' }] },
  '/v1/chat/completions': events(delta('Hel'), delta('lo'), finish(), usage(), '[DONE]'),
};

/** The last line of a right Ollama answer, changed where a test says so. */
export function done(changed: object = {}): object {
  return {
    message: { content: '' },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: 3,
    eval_count: 2,
    ...changed,
  };
}

/** An event that adds text to an answer. */
export function delta(content: string): object {
  return { choices: [{ delta: { content }, finish_reason: null }] };
}

/** The event that says why an answer ended. */
export function finish(reason = 'stop'): object {
  return { choices: [{ delta: {}, finish_reason: reason }] };
}

function usage(): object {
  return { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } };
}

/** A reply of NDJSON lines; a text is sent as it stands. */
export function lines(...parts: readonly (object | string)[]): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const part of parts) response.write(typeof part === 'string' ? part : `${JSON.stringify(part)}\n`);
    response.end();
  };
}

/** A reply of server-sent events; a text is sent as data as it stands. */
export function events(...parts: readonly (object | string)[]): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) {
      response.write(`data: ${typeof part === 'string' ? part : JSON.stringify(part)}\n\n`);
    }
    response.end();
  };
}

/** A reply of a status and a body. */
export function status(code: number, body: object | string, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(code, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Sends the beginning of an answer, if any, then hangs up. */
export function hangUp(beginning?: string): Reply {
  return (response) => {
    if (beginning === undefined) {
      response.destroy();
      return;
    }
    response.writeHead(200);
    response.write(beginning, () => response.destroy());
  };
}

/** A reply of bytes as they are. */
export function raw(bytes: readonly number[]): Reply {
  return (response) => {
    response.end(Buffer.from(bytes));
  };
}

/** Sends the beginning of an answer, or nothing at all, and then keeps silent. */
export function silence(beginning?: string): Reply {
  return (response) => {
    if (beginning === undefined) return;
    response.writeHead(200);
    response.write(beginning);
  };
}

/** Where a server of its own listens: at any port that is free, of the address that all others have, too. */
const anywhere = { host: '127.0.0.1', port: 0 };

/** Starts a server on this machine that is right but for the given paths; a list of replies is given one after another. */
export async function startFaultServer(
  wrong: Readonly<Record<string, Reply | readonly Reply[]>>,
  place = anywhere,
): Promise<FaultServer> {
  const asked: string[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const times = asked.filter((earlier) => earlier === path).length;
    asked.push(path);
    const chosen = wrong[path] ?? right[path] ?? status(404, { error: 'no such path' });
    const reply: Reply = Array.isArray(chosen) ? chosen[Math.min(times, chosen.length - 1)] : chosen;
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      bodies.push(body);
      if (typeof reply === 'function') reply(response, request);
      else response.end(JSON.stringify(reply));
    });
  });
  await once(server.listen(place), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://${place.host}:${address.port}`, asked, bodies, stop };
}
