import type { SeenProgram } from '@timelab/core';
import type { World } from '../../world.ts';
import { childEnvironment } from '../child-environment.ts';
import { run } from '../spawn.ts';

/** How long a program may take to say its version, in milliseconds. */
const PATIENCE = 20_000;

/** Asks a program for its version, as its `--version` says it. */
export async function askVersion(
  world: World,
  program: string,
  env: Readonly<Record<string, string | undefined>> = childEnvironment(world, 'nix'),
): Promise<SeenProgram> {
  const { code, stdout } = await runShortly(world, program, ['--version'], env);
  if (code === 127) return { complaint: 'there is none, or it cannot be started' };
  const version = /\d+(\.\d+)+/.exec(stdout.toString('utf8'))?.[0];
  if (code !== 0 || version === undefined) return { complaint: 'does not say its version' };
  return { version };
}

/** Runs a program that is to answer at once. */
export function runShortly(
  world: World,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = childEnvironment(world, 'nix'),
) {
  const { cwd, signal } = world;
  return run(program, args, { cwd, env, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
}
