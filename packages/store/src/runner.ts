import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Runner, sha256 } from '@timelab/core';

/** This host as manifests name it: the first 16 hex digits of the sha256 of its name. */
export function hostId(): string {
  return sha256(hostname()).slice(0, 16);
}

/** Who this process is, so that a later one can tell whether it still lives; what the system does not tell is left out. */
export function identifySelf(): Runner {
  const started = processStat(process.pid)?.started;
  const bootId = readText('/proc/sys/kernel/random/boot_id')?.trim();
  return {
    host: hostId(),
    pid: process.pid,
    ...(started === undefined ? {} : { started }),
    ...(bootId === undefined ? {} : { boot_id: bootId }),
  };
}

/**
 * Whether a run's process has certainly ended: on this host, and before this boot, or its number is free, or it
 * has another start time, or it is a zombie. Of processes of other hosts nothing is known, so they never are.
 */
export function isGone(runner: Runner, self: Runner): boolean {
  if (runner.host !== self.host) return false;
  if (differ(runner.boot_id, self.boot_id) || !isProcess(runner.pid)) return true;
  const stat = processStat(runner.pid);
  // A process that exists but may not be looked at belongs to somebody else, and is alive.
  if (stat === undefined) return false;
  return stat.state === 'Z' || stat.state === 'X' || differ(runner.started, stat.started);
}

/** Whether a process has this number on this host. */
export function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function differ(recorded: string | undefined, found: string | undefined): boolean {
  return recorded !== undefined && found !== undefined && recorded !== found;
}

/** The state and the start time in clock ticks since boot, fields 3 and 22 of proc_pid_stat(5). */
function processStat(pid: number): { state: string; started: string } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // The name, field 2, may hold spaces and brackets itself: the fields are counted from its last bracket.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  const started = fields?.[19];
  return state === undefined || started === undefined ? undefined : { state, started };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
