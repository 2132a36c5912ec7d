import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A real Ollama server on this machine, with the model `smollm2` made of the given weights. */
export interface RealOllama {
  /** Its address, such as http://127.0.0.1:40123. */
  readonly url: string;
  /** Ends the server and removes all it kept. */
  stop(): Promise<void>;
}

/** No test is this long; a server that outlives its test ends by itself. */
const LONGEST_LIFE_MS = 15 * 60_000;

/** The server's program: TIMELAB_TEST_OLLAMA, else `ollama` on PATH, else nothing. */
export function findOllama(): string | undefined {
  const named = process.env['TIMELAB_TEST_OLLAMA'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'ollama')).find(isExecutable);
}

/** What a test that needs the server says when there is none. */
export const noOllama = 'skipped: no ollama binary; set TIMELAB_TEST_OLLAMA';

/** Starts a server of its own on a free port, with everything it writes in a temporary folder. */
export async function start(binary: string, weights: string): Promise<RealOllama> {
  const folder = await mkdtemp(join(tmpdir(), 'timelab-ollama-'));
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    OLLAMA_HOST: `127.0.0.1:${port}`,
    OLLAMA_MODELS: join(folder, 'models'),
    OLLAMA_NO_CLOUD: '1',
  };
  const server = spawn(binary, ['serve'], { env, stdio: 'ignore', timeout: LONGEST_LIFE_MS });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    await ended(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answering(`http://127.0.0.1:${port}/api/version`);
    // Two threads on shared cores spin against each other, and an answer of a second takes a minute.
    await writeFile(join(folder, 'Modelfile'), `FROM ${weights}\nPARAMETER num_thread 1\n`);
    await promisify(execFile)(binary, ['create', 'smollm2', '-f', join(folder, 'Modelfile')], { env });
    return { url: `http://127.0.0.1:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing answers at ${url}`);
}

/** The server ends its own model runners when it is asked to end, so it is asked first. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const patience = setTimeout(() => server.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(patience);
}
