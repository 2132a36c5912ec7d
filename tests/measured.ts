import { spawn } from 'node:child_process';
import { binary, ended, hermetic, type Place, type Ran } from './rig.ts';

/** What a finished command left, and what it took of the machine: itself, without the programs that it called. */
export interface Measured extends Ran {
  readonly cpuSeconds: number;
  /** The most memory that it held at once, in MB. */
  readonly peakMegabytes: number;
}

// VmHWM and not getrusage: that one keeps, across exec, the size of the process that forked.
const meter = `
  import { readFileSync, writeSync } from 'node:fs';
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const [, peak] = /VmHWM:\\s*(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    writeSync(3, JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakMegabytes: peak / 1000 }));
  });`;

/** The longest that any command is waited for, in milliseconds; one that waits for ever is killed. */
const patience = 300_000;

/** The most processor time that a call may take on this machine, in seconds: so many times that of one that does nothing. */
export async function mostSeconds(): Promise<number> {
  const { cpuSeconds } = await measuredTimelab(['check', 'nothing.json'], { cwd: '/' });
  return Math.max(2, 10 * cpuSeconds);
}

/** Runs `timelab` to its end with a meter inside; a prefix such as `setpriv` may lead the command. */
export async function measuredTimelab(
  args: readonly string[],
  place: Place,
  prefix: readonly string[] = [],
): Promise<Measured> {
  const command = [
    ...prefix,
    process.execPath,
    '--import',
    `data:text/javascript,${encodeURIComponent(meter)}`,
  ];
  const [name = '', ...rest] = [...command, binary, ...args];
  const child = spawn(name, rest, {
    cwd: place.cwd,
    env: hermetic(place.env),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  let measured = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    measured += String(chunk);
  });
  const ran = await ended(child);
  return { ...ran, ...JSON.parse(measured || '{}') };
}
