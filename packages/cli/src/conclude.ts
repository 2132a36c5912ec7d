import { Problem, type Result } from '@timelab/core';
import { CommanderError } from 'commander';
import type { Context, GlobalOptions, Outcome } from './command.ts';
import { secretKeeper } from './effects/masking/secret-keeper.ts';
import { commands } from './registry.ts';
import { openReport } from './report.ts';
import type { Sink, World } from './world.ts';

/** Opens what a command works with, from the flags that every command takes. */
export function openContext(open: World, global: GlobalOptions): Context {
  const world = discreet(open);
  return { world, global, report: openReport(world, reportOptions(world, global)) };
}

/** The same world, whose streams show no secret. */
export function discreet(world: World): World {
  const { mask } = secretKeeper(world);
  const masked = (sink: Sink): Sink => ({ ...sink, write: (text) => sink.write(mask.text(text)) });
  return { ...world, stdout: masked(world.stdout), stderr: masked(world.stderr) };
}

/** Waits for a command's work, reports what came of it, bugs too, and gives the exit code. */
export async function conclude(
  { world, global, report }: Context,
  command: string,
  work: Promise<Outcome>,
): Promise<number> {
  const outcome = await settle(world, work, command);
  if (outcome.bug !== undefined) report.bug(outcome.bug);
  if (outcome.text !== undefined && global.json !== true) report.print(outcome.text);
  else report.result(resultOf(command, outcome));
  if (outcome.problem === undefined) return 0;
  report.problem(outcome.problem);
  return outcome.problem.exitCode;
}

async function settle(
  { signal }: World,
  work: Promise<Outcome>,
  command: string,
): Promise<Outcome & { readonly bug?: unknown }> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return { problem: error };
    if (error instanceof CommanderError) return { problem: wrongCall(error, command) };
    if (signal.aborted)
      return { problem: new Problem('interrupted', `${String(signal.reason)} ended the command.`) };
    const message = error instanceof Error ? error.message : String(error);
    return { bug: error, problem: new Problem('internal', message) };
  }
}

function wrongCall(error: CommanderError, command: string): Problem {
  const page = Object.hasOwn(commands, command) ? `timelab ${command}` : 'timelab';
  const hint = `See \`${page} --help\`.`;
  if (error.code === 'commander.help') return new Problem('usage', 'No command is named.', { hint });
  // Commander puts its guess on a line of its own, in brackets.
  const message = error.message.replace(/^error: /, '').replace(/\n\((.*)\)$/, '. $1');
  const sentence = /[.?]$/.test(message) ? message : `${message}.`;
  return new Problem('usage', `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`, { hint });
}

function resultOf(command: string, outcome: Outcome): Result {
  const { artifacts = [], run, data, problem } = outcome;
  return {
    schema_version: '1.0',
    command,
    ok: problem === undefined,
    artifacts: [...artifacts],
    ...(run === undefined ? {} : { run }),
    ...(data === undefined ? {} : { data: { ...data } }),
    ...(problem === undefined ? {} : { error: errorOf(problem) }),
  };
}

function errorOf(problem: Problem): NonNullable<Result['error']> {
  const { exitCode: code, kind, message, hint, faults } = problem;
  return {
    code,
    kind,
    message,
    hint,
    ...(faults.length === 0 ? {} : { faults: faults.map((fault) => ({ ...fault })) }),
  };
}

function reportOptions(world: World, global: GlobalOptions) {
  const { env } = world;
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb' || global.color === false;
  return { json: global.json === true, quiet: global.quiet === true, color: !plain };
}
