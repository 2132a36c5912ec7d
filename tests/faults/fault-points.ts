import type { Fault } from './traced-call.ts';

/** The system calls that change a disk, or make a change safe. */
export const changing = [
  ...['mkdir', 'rmdir', 'rename', 'link', 'symlink', 'unlink', 'unlinkat', 'chmod'],
  ...['fsync', 'pwrite64', 'write', 'openat'],
] as const;

/** Which errors a system call can fail with, and the kind of problem that a person has to read then. */
const failures: readonly (readonly [error: string, kind: string, syscalls: readonly string[]])[] = [
  ['ENOSPC', 'disk_full', ['mkdir', 'symlink', 'link', 'rename', 'pwrite64', 'write', 'openat']],
  ['EIO', 'disk_error', ['fsync', 'pwrite64', 'write', 'rename', 'unlink']],
  ['EMFILE', 'too_many_files', ['openat']],
];

/** A place of a call where a fault can be put. */
export interface FaultPoint extends Fault {
  /** The kind of problem that is to be told; none of a process that is killed. */
  readonly kind?: string;
  /** The call as it was when nothing was wrong. */
  readonly line: string;
}

interface Traced {
  readonly thread: string;
  readonly syscall: string;
  readonly line: string;
}

/**
 * All points at which a call that was traced changes something below a folder: which of its calls of a name that is, as each
 * thread counts them.
 */
export function pointsOf(calls: readonly string[], below: readonly string[]): FaultPoint[] {
  const points = new Map<string, FaultPoint>();
  const counts = new Map<string, number>();
  for (const one of calls.flatMap(parsed)) {
    const files = one.syscall === 'write' ? writtenTo(one.line, below) : [];
    // Threads wake one another by `write`: only those to files that are known by name can be told from these.
    if (one.syscall === 'write' && files.length === 0) continue;
    const count = (counts.get(`${one.thread} ${one.syscall} ${files}`) ?? 0) + 1;
    counts.set(`${one.thread} ${one.syscall} ${files}`, count);
    if (!below.some((folder) => one.line.includes(folder))) continue;
    for (const fault of faultsAt(one)) {
      const point = { ...fault, syscall: one.syscall, when: count, files };
      points.set(JSON.stringify(point), { ...point, line: one.line });
    }
  }
  return [...points.values()];
}

function parsed(line: string): Traced[] {
  const [, thread, syscall] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
  return thread === undefined || syscall === undefined ? [] : [{ thread, syscall, line }];
}

function writtenTo(line: string, below: readonly string[]): string[] {
  const file = /write\(\d+<([^>]+)>/.exec(line)?.[1] ?? '';
  const isOurs = below.some((folder) => file.startsWith(`${folder}/`)) && !/\.tmp$/.test(file);
  return isOurs ? [file] : [];
}

function faultsAt({ syscall, line }: Traced): Pick<FaultPoint, 'what' | 'kind'>[] {
  const errors = failures
    .filter(
      ([error, , syscalls]) => syscalls.includes(syscall) && (error !== 'ENOSPC' || changes(syscall, line)),
    )
    .map(([error, kind]) => ({ what: `error=${error}` as const, kind }));
  return changes(syscall, line) ? [{ what: 'signal=KILL' }, ...errors] : errors;
}

/** A file that is opened to be read changes nothing. */
const changes = (syscall: string, line: string) => syscall !== 'openat' || line.includes('O_CREAT');
