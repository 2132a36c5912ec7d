import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Started } from '../fence/fenced-git.ts';
import { noGit } from '../find-program.ts';

/** A git to be started: what it is told, what it may know, and what it reads. */
export interface GitCall {
  readonly args: readonly string[];
  /** What is started in place of git: a fence with git behind it. `args` are not looked at then. */
  readonly fenced?: Started;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Pieces of its stdin, taken as fast as it reads them. */
  readonly input?: Iterable<string> | AsyncIterable<string>;
  /** Takes each line of stderr that tells how far it has come, and says whether it was one. */
  readonly onProgress?: (line: string) => boolean;
  /** Ends it, with all that it has started. */
  readonly signal: AbortSignal;
}

/** What a git that has ended left. */
export interface EndedGit {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stderr: string;
}

/** A git at work. Its output has to be read, or it waits; `ended` never rejects but for a git that cannot start. */
export interface GitProcess {
  readonly lines: AsyncIterable<string>;
  readonly ended: Promise<EndedGit>;
}

/** The most that is kept of its words, in characters, and how long a git may take to end when it is asked to. */
const mostWords = 65_536;
const graceMs = 2_000;

/** Starts git in a process group of its own, so that its own helpers end with it, and no terminal is there to ask at. */
export function startGit({ args, fenced, env, input = [], onProgress, signal }: GitCall): GitProcess {
  const [program, words] = fenced ?? ['git', args];
  // Not in the working folder: it may be in a repository whose configuration has no say here.
  const child = spawn(program, [...words], { cwd: '/', env: { ...env }, detached: true, windowsHide: true });
  const said = wordsOf(child, onProgress ?? (() => false));
  const stop = () => endGroup(child);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  // A git that ends before it has read everything says why by its exit code.
  pipeline(Readable.from(input), child.stdin).catch(() => {});
  const ended = new Promise<EndedGit>((done, fail) => {
    child.on('error', (error) => fail(cannotStart(error)));
    // What a git that was killed had started would hold its streams open.
    child.on('exit', (code) => code === null && endGroup(child));
    child.on('close', (code) => done({ code, stderr: said() }));
  }).finally(() => signal.removeEventListener('abort', stop));
  // It is awaited when the output has been read; until then a failure must not count as unhandled.
  ended.catch(() => {});
  return { lines: linesOf(child.stdout), ended };
}

/** Runs git to its end and gives the lines that it printed. */
export async function runGit(call: GitCall): Promise<EndedGit & { readonly lines: readonly string[] }> {
  const git = startGit(call);
  const lines: string[] = [];
  for await (const line of git.lines) lines.push(line);
  return { ...(await git.ended), lines };
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of stream.setEncoding('utf8')) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Collects what a git says on stderr, but for its progress. */
function wordsOf(child: ChildProcessWithoutNullStreams, onProgress: (line: string) => boolean): () => string {
  const kept: string[] = [];
  let length = 0;
  let rest = '';
  const take = (line: string) => {
    if (onProgress(line) || length > mostWords) return;
    kept.push(line);
    length += line.length;
  };
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    const lines = (rest + piece).split(/[\r\n]/);
    rest = (lines.pop() ?? '').slice(-mostWords);
    lines.forEach(take);
  });
  return () => [...kept, rest].filter((line) => line.trim() !== '').join('\n');
}

function endGroup(child: ChildProcessWithoutNullStreams): void {
  const send = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  send('SIGTERM');
  const timer = setTimeout(() => send('SIGKILL'), graceMs);
  child.on('close', () => clearTimeout(timer));
}

/** What is told of a git that could not be started. */
export function cannotStart(error: NodeJS.ErrnoException): Error {
  return error.code === 'ENOENT' ? noGit() : error;
}
