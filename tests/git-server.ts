import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { hermetic } from './rig.ts';

/** What the server does wrong with one request. */
export type Fault =
  | { readonly status: number; readonly text?: string; readonly headers?: Record<string, string> }
  | { readonly cutAfter: number }
  | 'hang';

/** A request that came, and how many bytes its answer had. */
export interface Served {
  readonly path: string;
  /** `upload-pack` requests name what they ask: `ls-refs` or `fetch`. */
  readonly command: string;
  /** As the request carried it. */
  readonly authorization: string | undefined;
  bytes: number;
}

/** A smart-HTTP server over git's own http-backend(1), on loopback. */
export interface GitServer {
  readonly url: string;
  readonly served: readonly Served[];
  /** Decides about every request from now on; undefined lets all be well. */
  wrong: ((served: Served) => Fault | undefined) | undefined;
}

// No request of a test takes as long; what hangs ends with the test, or here.
const longestMs = 600_000;

/** Serves the bare repositories in a folder; the server and its gits end with the test. */
export async function startGitServer(folder: string): Promise<GitServer> {
  const state = { url: '', served: [] as Served[], wrong: undefined as GitServer['wrong'] };
  const server = createServer((request, response) => void answer(folder, state, request, response));
  server.requestTimeout = longestMs;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

type State = { served: Served[]; wrong: GitServer['wrong'] };

async function answer(folder: string, state: State, request: IncomingMessage, response: ServerResponse) {
  const body: Buffer[] = [];
  for await (const piece of request) body.push(piece);
  const url = new URL(request.url ?? '/', 'http://server');
  const command = /command=(ls-refs|fetch)/.exec(Buffer.concat(body).toString('latin1'))?.[1];
  const served: Served = {
    path: url.pathname,
    command: command ?? url.searchParams.get('service') ?? '',
    authorization: request.headers.authorization,
    bytes: 0,
  };
  state.served.push(served);
  const fault = state.wrong?.(served);
  if (fault === 'hang') return;
  if (fault !== undefined && 'status' in fault) {
    response.writeHead(fault.status, { 'content-type': 'text/plain', ...fault.headers }).end(fault.text);
    return;
  }
  serve(folder, url, request, Buffer.concat(body), response, served, fault?.cutAfter);
}

/** Runs git-http-backend as CGI (RFC 3875): headers, an empty line, and the body on its stdout. */
function serve(
  folder: string,
  url: URL,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  served: Served,
  cutAfter = Number.POSITIVE_INFINITY,
): void {
  const child = spawn('git', ['http-backend'], { env: cgi(folder, url, request, body), timeout: longestMs });
  let head: Buffer | undefined = Buffer.alloc(0);
  const send = (piece: Buffer) => {
    const left = cutAfter - served.bytes;
    served.bytes += Math.min(piece.length, left);
    const isLast = piece.length >= left;
    // What was written is to arrive before the line goes dead.
    response.write(piece.subarray(0, Math.min(piece.length, left)), () => isLast && response.destroy());
  };
  child.stdout.on('data', (piece: Buffer) => {
    if (head === undefined) return send(piece);
    head = Buffer.concat([head, piece]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    writeHead(response, head.subarray(0, end).toString('latin1'));
    const rest = head.subarray(end + 4);
    head = undefined;
    if (rest.length > 0) send(rest);
  });
  child.stdout.on('end', () => served.bytes < cutAfter && response.end());
  response.on('close', () => void child.kill());
  child.stdin.on('error', () => {});
  child.stdin.end(body);
}

function writeHead(response: ServerResponse, text: string): void {
  const fields = text.split('\r\n').map((line) => line.split(/:\s*/, 2) as [string, string]);
  const status = fields.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
  for (const [name, value] of fields) if (name.toLowerCase() !== 'status') response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10));
}

function cgi(folder: string, url: URL, request: IncomingMessage, body: Buffer): NodeJS.ProcessEnv {
  const header = (name: string) => request.headers[name]?.toString() ?? '';
  return {
    ...hermetic(),
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: header('git-protocol'),
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: String(body.length),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    REMOTE_ADDR: '127.0.0.1',
  };
}
