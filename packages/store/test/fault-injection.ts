import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collect, waitFor } from './collected.ts';

/** What is done to a program at one of its system calls: it is killed on entry to it, or the call fails. */
export interface Injection {
  readonly syscall: string;
  readonly fault: 'signal=KILL' | `error=${string}`;
  /** Which call, counted from 1. */
  readonly when: number;
  /** Only calls on these files are counted; all if there are none. */
  readonly files?: readonly string[];
}

/** How a program that was meddled with ended. */
export interface Outcome {
  /** The lines it printed. */
  readonly printed: readonly string[];
  readonly complaint: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** Why system calls cannot be meddled with here; undefined where they can. */
export function whyNoInjection(): string | undefined {
  if (process.platform !== 'linux') return '(skipped: strace is for Linux)';
  if (spawnSync('strace', ['-V']).status !== 0)
    return '(skipped: strace is not installed: apt-get install strace)';
  // Its first words are waited for, however long they take; then its target is killed, at whose end it ends, too.
  const attach =
    'sleep 600 >&- & target=$!; strace -o /dev/null -p $target 2>&1 | { head -n 1; kill -KILL $target; cat >&2; }';
  const { stdout } = spawnSync('sh', ['-c', attach], { encoding: 'utf8' });
  return stdout.includes('attached')
    ? undefined
    : '(skipped: strace may not attach here: kernel.yama.ptrace_scope)';
}

/** Runs a publisher (see publish.ts), which waits for its go, under strace, so that only its own work is counted. */
async function runUnder(
  strace: readonly string[],
  program: string,
  args: readonly string[],
): Promise<Outcome> {
  // One thread for all file calls: strace counts for each thread apart.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const child = spawn(process.execPath, [program, ...args, 'wait'], { env });
  const [printed, complaint] = [collect(child.stdout), collect(child.stderr)];
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  await waitFor(printed, 'ready\n');
  const tracer = spawn('strace', ['-f', '-p', String(child.pid), ...strace]);
  const detached = once(tracer, 'close');
  await waitFor(collect(tracer.stderr), 'attached');
  child.stdin.end('go\n');
  const [code, signal] = await closed;
  await detached;
  return { printed: printed.text.split('\n').slice(1, -1), complaint: complaint.text, code, signal };
}

/** Runs a publisher with a fault at one of its system calls, and gives the calls that failed by it. */
export async function runInjected(
  { syscall, fault, when, files = [] }: Injection,
  program: string,
  args: readonly string[],
): Promise<Outcome & { failed: readonly string[] }> {
  const inject = `inject=${syscall}:${fault}:when=${when}`;
  const paths = files.flatMap((file) => ['-P', file]);
  const log = join(args[0] ?? '', 'strace.log');
  const outcome = await runUnder(
    ['-o', log, '-e', `trace=${syscall}`, '-e', inject, ...paths],
    program,
    args,
  );
  const calls = (await readFile(log, 'utf8')).split('\n');
  return { ...outcome, failed: calls.filter((call) => call.includes('(INJECTED)')) };
}

/** How often at most a publisher makes each system call that changes a disk or makes it safe. */
export async function countCalls(
  program: string,
  args: readonly string[],
  files: readonly string[],
): Promise<Map<string, number>> {
  const log = join(args[0] ?? '', 'strace.log');
  const calls = 'mkdir,rename,link,symlink,unlink,fsync,pwrite64,openat,write';
  await runUnder(['-o', log, '-y', '-e', `trace=${calls}`], program, args);
  const counts = new Map<string, number>();
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1];
    // Threads wake one another by write: only the writes to files of interest are the store's.
    if (call === undefined || (call === 'write' && !files.some((file) => line.includes(`<${file}>`))))
      continue;
    counts.set(call, (counts.get(call) ?? 0) + 1);
  }
  return counts;
}
