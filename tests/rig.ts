import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The root of this repository. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

/** The product, as it is shipped: the one bundled file. */
export const binary = join(repository, 'packages/cli/dist/timelab.mjs');

/** What a finished command left. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a command runs; nothing of the tester's own environment reaches it but the PATH. */
export interface Place {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs it; the tester's own if left out. */
  readonly node?: string;
}

/** Runs `timelab` to its end. */
export async function timelab(args: readonly string[], place: Place): Promise<Ran> {
  return await ended(startTimelab(args, place));
}

/** Starts `timelab` and leaves it running. */
export function startTimelab(args: readonly string[], place: Place): ChildProcess {
  return spawn(place.node ?? process.execPath, [binary, ...args], {
    cwd: place.cwd,
    env: hermetic(place.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits for a program's end and gives all that it said. */
export async function ended(child: ChildProcess): Promise<Ran> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  return await new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => {
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
      resolve({ code, signal, stdout: text(out), stderr: text(err) });
    });
  });
}

/** Runs any program to its end, in the same bare environment. */
export async function program(name: string, args: readonly string[], place: Place): Promise<Ran> {
  return await ended(
    spawn(name, args, { cwd: place.cwd, env: hermetic(place.env), stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

// A home of its own: nothing that a person has set up reaches a test.
const home = join(tmpdir(), 'timelab-test-home');
mkdirSync(home, { recursive: true });

/**
 * A bare environment: what the tester has set does not reach what is tested, but for PATH, where the weights are, and
 * what helper programs run behind, since not every machine can fence them.
 */
export function hermetic(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH = '', TIMELAB_MODELS, TIMELAB_ISOLATION } = process.env;
  return {
    PATH,
    ...(TIMELAB_MODELS === undefined ? {} : { TIMELAB_MODELS }),
    ...(TIMELAB_ISOLATION === undefined ? {} : { TIMELAB_ISOLATION }),
    HOME: home,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    ...extra,
  };
}

/** A new empty folder, gone when the test is; a helper of a command that was killed may live for a moment, and write. */
export async function temporaryFolder(name = 'timelab'): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A new lab with one commit, made by the real `init` and the real git. */
export async function temporaryLab(): Promise<string> {
  const lab = join(await temporaryFolder(), 'lab');
  const made = await timelab(['init', lab], { cwd: dirname(lab) });
  if (made.code !== 0) throw new Error(`init failed: ${made.stderr}`);
  await program('git', ['add', '-A'], { cwd: lab });
  await program('git', ['commit', '-qm', 'a lab'], { cwd: lab });
  return lab;
}

/** A copy of a lab, all of it, in a folder of its own. */
export async function copyLab(from: string): Promise<string> {
  const lab = join(await temporaryFolder(), 'lab');
  await program('cp', ['-a', from, lab], { cwd: '/' });
  return lab;
}

/** Writes a file below a folder, with the folders it needs; gives its path. */
export async function put(folder: string, path: string, data: string | Uint8Array | object): Promise<string> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  const plain = typeof data === 'string' || data instanceof Uint8Array;
  await writeFile(target, plain ? data : `${JSON.stringify(data, null, 2)}\n`);
  return target;
}

/** The smallest spec that can be run, with more put into it. */
export function llmSpec(
  more: { readonly config?: object; readonly inputs?: object; readonly [key: string]: unknown } = {},
) {
  const { config = {}, inputs = {}, ...rest } = more;
  return {
    kind: 'llm',
    version: '1.0',
    inputs: { prompt: 'Name three colours.', ...inputs },
    config: { model: 'llamacpp:smollm2', max_tokens: 24, ...config },
    ...rest,
  };
}
