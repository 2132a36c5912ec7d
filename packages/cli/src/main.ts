#!/usr/bin/env node
import { availableParallelism, homedir } from 'node:os';
import process from 'node:process';
import { namesTold } from './effects/told-names.ts';
import { runProgram } from './program.ts';
import type { Sink, World } from './world.ts';

const interrupt = new AbortController();
let caught: NodeJS.Signals | undefined;

/** Asks the running command to end; a second signal ends the process at once, as any program's would. */
function onSignal(signal: NodeJS.Signals): void {
  caught = signal;
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  interrupt.abort(signal);
}

function sink(stream: NodeJS.WriteStream): Sink {
  // A reader that has gone away (`| head`) is no failure of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') reportLoss(error);
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    // Some terminals say 0, which is no width.
    columns: stream.columns || 80,
  };
}

let lost = false;

/** Says that what was printed did not arrive, as on a full disk; the exit code has to tell it too. */
function reportLoss(error: Error): void {
  if (!lost) process.stderr.write(`What timelab printed could not be written: ${error.message}\n`);
  lost = true;
  process.exitCode = 70;
}

/** The home folder; users without an entry in the system's table have none. */
function home(): string {
  try {
    return homedir();
  } catch {
    return env['HOME'] ?? '/';
  }
}

/** The working folder; one that was deleted is still known by its name. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return env['PWD'] ?? '/';
  }
}

/** The environment, read once. Of this process's own, which the engine hands on to a child, only what is listed stays. */
function takeEnvironment(): World['env'] {
  const env = { ...process.env };
  const kept = new Set(namesTold('engine'));
  for (const name of Object.keys(env)) if (!kept.has(name)) delete process.env[name];
  return env;
}

const env = takeEnvironment();

async function main(): Promise<number> {
  const fixed = env['TIMELAB_NOW'] ?? '';
  const world: World = {
    argv: process.argv.slice(2),
    program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
    env,
    cwd: workingFolder(),
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    home: home(),
    platform: process.platform,
    arch: process.arch,
    nodeVersion: process.version.slice(1),
    cores: availableParallelism(),
    now: () => (fixed === '' ? new Date() : new Date(fixed)),
    clockSet: fixed !== '',
    elapsed: () => performance.now(),
    signal: interrupt.signal,
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return await runProgram(world);
}

/** Says what a bug left behind, with all that a report of it needs. */
async function reportBug(error: unknown): Promise<number> {
  const { secretKeeper } = await import('./effects/masking/secret-keeper.ts');
  const { mask } = secretKeeper({ env, cwd: workingFolder(), home: home() });
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `Bug in timelab: ${mask.text(trace)}\nPlease report it with the lines above: docs/reference/PROBLEMS.md#internal\n`,
  );
  return 70;
}

const exitCode = await main().catch(reportBug);
process.exitCode = lost ? 70 : exitCode;
// Nothing is left to be ended in order: a signal ends the process at once, should anything keep it waiting.
process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
// A process that was asked to end dies of that signal, so that shells and schedulers see it.
if (caught !== undefined) process.kill(process.pid, caught);
