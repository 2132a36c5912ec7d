import { existsSync, readFileSync } from 'node:fs';
import type { FencedCall } from './fence.ts';
import { placesOf } from './program-places.ts';

/** Where a system keeps its programs and libraries; most systems have some of them. */
const system = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'],
  ...['/nix/store', '/gnu/store', '/run/current-system/sw'],
  ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d'],
];

const walls = [
  '--unshare-net',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
  // It ends with us, whatever ends us; and it has no terminal to type into.
  '--die-with-parent',
  '--new-session',
  // Root inside is no root, but for reading what is shown to it.
  ...['--cap-drop', 'ALL', '--cap-add', 'CAP_DAC_READ_SEARCH'],
];

/**
 * The words by which bubblewrap starts a program that sees the system's own programs, what it may read, and nothing
 * else: no network, no other process, no home folder, no socket.
 */
export function aroundByBubblewrap(
  bwrap: string,
  { program, args, reads, writes }: FencedCall,
): readonly [program: string, args: readonly string[]] {
  const shown = outermost([...system, ...placesOf(program), ...reads].filter(existsSync));
  const [home = '/'] = writes;
  return [
    bwrap,
    [
      ...walls,
      ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
      ...shown.flatMap((path) => ['--ro-bind', path, path]),
      ...writes.flatMap((path) => ['--bind', path, path]),
      ...['--chdir', home, '--', program, ...args],
    ],
  ];
}

/** The places that lie in no other: what is below one is shown with it, and nothing can be laid over a link there. */
function outermost(places: readonly string[]): string[] {
  return [...new Set(places)].filter((path) => !places.some((place) => path.startsWith(`${place}/`)));
}

/**
 * The process that bubblewrap runs: the child of the first process in its own process namespace. Bubblewrap itself
 * passes no signal on, and takes everything down with it when it ends. Undefined where that process is not there yet, or not any
 * more; bubblewrap's own where the system does not tell what children a process has.
 */
export function insideBubblewrap(pid: number): number | undefined {
  const inits = childrenOf(pid);
  if (inits === undefined) return pid;
  const [init] = inits;
  return init === undefined ? undefined : childrenOf(init)?.[0];
}

function childrenOf(pid: number): readonly number[] | undefined {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list.split(' ').filter(Boolean).map(Number);
  } catch {
    return undefined;
  }
}
