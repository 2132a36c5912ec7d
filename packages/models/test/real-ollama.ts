import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** A real Ollama server on this machine, with the model `smollm2` made of the given weights. */
export interface RealOllama {
  /** Its address, such as http://127.0.0.1:40123. */
  readonly url: string;
  /** The processes that hold a model in memory, by their numbers. */
  runners(): Promise<string[]>;
  /** Ends the server and removes all it kept. */
  stop(): Promise<void>;
}

/** No test is this long; a server that outlives its test ends by itself. */
const LONGEST_LIFE_MS = 60 * 60_000;

/** The server's program: TIMELAB_TEST_OLLAMA, else `ollama` on PATH, else nothing. */
export function findOllama(): string | undefined {
  const named = process.env['TIMELAB_TEST_OLLAMA'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'ollama')).find(isExecutable);
}

/** What a test that needs the server says when there is none. */
export const noOllama = 'skipped: no ollama binary; set TIMELAB_TEST_OLLAMA';

/** Starts a server of its own on a port that the system gives it, with everything it writes in a temporary folder. */
export async function start(binary: string, weights: string): Promise<RealOllama> {
  const folder = await mkdtemp(join(tmpdir(), 'timelab-ollama-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    OLLAMA_HOST: '127.0.0.1:0',
    OLLAMA_MODELS: join(folder, 'models'),
    OLLAMA_NO_CLOUD: '1',
  };
  const server = spawn(binary, ['serve'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LONGEST_LIFE_MS,
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    await ended(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const host = await listeningAt(server.stderr);
    // Two threads on shared cores spin against each other, and an answer of a second takes a minute.
    await writeFile(join(folder, 'Modelfile'), `FROM ${weights}\nPARAMETER num_thread 1\n`);
    await promisify(execFile)(binary, ['create', 'smollm2', '-f', join(folder, 'Modelfile')], {
      env: { ...env, OLLAMA_HOST: host },
    });
    const runners = async () => {
      const children = promisify(execFile)('pgrep', ['-P', String(server.pid)]);
      return (await children.catch(() => ({ stdout: '' }))).stdout.split('\n').filter(Boolean);
    };
    return { url: `http://${host}`, runners, stop };
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

/** Where a server says that it listens; what else it says is read, too, or it could not go on. */
async function listeningAt(words: Readable): Promise<string> {
  let said = '';
  return await new Promise((resolve, reject) => {
    words.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
      const [, host] = /Listening on ([\d.]+:\d+) /.exec(said) ?? [];
      if (host !== undefined) resolve(host);
    });
    words.once('close', () => reject(new Error(`it listens nowhere: ${said}`)));
  });
}

/** The server ends its own model runners when it is asked to end, so it is asked first. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const patience = setTimeout(() => server.kill('SIGKILL'), 60_000);
  await exit;
  clearTimeout(patience);
}
