import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect, waitFor } from '../../packages/store/test/collected.ts';
import { hermetic } from '../rig.ts';

const hold = fileURLToPath(new URL('held-start.mjs', import.meta.url));

/** A call of a program of ours, which is one Node process; what it starts itself is not meddled with. */
export interface HeldCall {
  /** The program's file. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a call ended. */
export interface HeldEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The lines on stdout, but for the one of the hold. */
  readonly printed: readonly string[];
  readonly words: string;
  /** What strace wrote: a line for each traced system call. */
  readonly calls: readonly string[];
}

/** What is done at one system call: the k-th of its name in a thread is not reached alive, or fails. */
export interface Fault {
  readonly syscall: string;
  readonly when: number;
  readonly what: 'signal=KILL' | `error=${string}`;
  /** Only calls on these files are counted; all if there are none. */
  readonly files: readonly string[];
}

/** Runs a call with every system call of these names traced, but for its start. */
export async function traced(call: HeldCall, syscalls: readonly string[], log: string): Promise<HeldEnd> {
  return runUnder(call, ['-e', `trace=${syscalls.join(',')}`], log);
}

/** Runs a call with a fault at one of its system calls. */
export async function faulted(
  call: HeldCall,
  { syscall, when, what, files }: Fault,
  log: string,
): Promise<HeldEnd> {
  const inject = ['-e', `trace=${syscall}`, '-e', `inject=${syscall}:${what}:when=${when}`];
  return runUnder(call, [...inject, ...files.flatMap((file) => ['-P', file])], log);
}

async function runUnder(call: HeldCall, strace: readonly string[], log: string): Promise<HeldEnd> {
  // One thread for all file calls: strace counts for each thread apart.
  const env = { ...hermetic(call.env), UV_THREADPOOL_SIZE: '1' };
  const child = spawn(process.execPath, ['--import', hold, call.program, ...call.args], {
    cwd: call.cwd,
    env,
  });
  const [printed, words] = [collect(child.stdout), collect(child.stderr)];
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  await waitFor(printed, 'ready\n', 1);
  // Its own threads, and none of the processes that it will start: those are other programs.
  const threads = readdirSync(`/proc/${child.pid}/task`);
  const tracer = spawn('strace', [
    '-o',
    log,
    '-y',
    ...threads.flatMap((thread) => ['-p', thread]),
    ...strace,
  ]);
  const detached = once(tracer, 'close');
  await waitFor(collect(tracer.stderr), 'attached', threads.length);
  child.stdin.on('error', () => undefined).end('go\n');
  const [code, signal] = await closed;
  await detached;
  // Of the folder that a path is relative to, which is the lab's, nothing is to be seen.
  const calls = (await readFile(log, 'utf8')).replace(/AT_FDCWD<[^>]*>/g, 'AT_FDCWD').split('\n');
  return { code, signal, printed: printed.text.split('\n').slice(1, -1), words: words.text, calls };
}

/** Where the log of a trace lies: outside of what is inspected. */
export function logIn(folder: string): string {
  return join(folder, 'strace.log');
}
