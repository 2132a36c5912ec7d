import { type ProbedRun, Problem, problemKinds, readProbedRun } from '@timelab/core';
import type { World } from '../../world.ts';
import { childEnvironment } from '../child-environment.ts';
import { secretKeeper } from '../masking/secret-keeper.ts';
import { run } from '../spawn.ts';

/** What one process of a probe is to ask. */
interface ProbeCall {
  readonly model: string;
  readonly threads?: number | undefined;
  readonly allowNet: boolean;
}

/**
 * Makes one run of a probe in a process of its own, as each `timelab ai` is one: with an engine that was started anew,
 * and weights that were loaded anew. Throws what that process failed for.
 */
export async function probeInProcess(world: World, call: ProbeCall): Promise<ProbedRun> {
  const { model, threads, allowNet } = call;
  const [program = '', ...words] = world.program;
  const args = [...words, 'probe', model, '--once', '--json'];
  if (threads !== undefined) args.push('--threads', String(threads));
  if (allowNet) args.push('--allow-net');
  const { cwd, signal } = world;
  const env = childEnvironment(world, 'self');
  const { stdout, stderr, code } = await run(program, args, { cwd, env, signal });
  signal.throwIfAborted();
  const said = parsed(stdout.toString('utf8'));
  if (said.error !== undefined) throw passedOn(said.error);
  if (code === 0 && said.data !== undefined) return readProbedRun(said.data);
  throw new Problem(
    'engine_failed',
    `A process of the probe ended with exit code ${code}: ${secretKeeper(world).mask.text(stderr).trim().slice(-200)}`,
  );
}

interface Said {
  readonly data?: unknown;
  readonly error?: { readonly kind?: unknown; readonly message?: unknown; readonly hint?: unknown };
}

function parsed(text: string): Said {
  try {
    return Object(JSON.parse(text)) as Said;
  } catch {
    return {};
  }
}

function passedOn({ kind, message, hint }: NonNullable<Said['error']>): Problem {
  const known = typeof kind === 'string' && Object.hasOwn(problemKinds, kind);
  return new Problem(known ? (kind as keyof typeof problemKinds) : 'internal', String(message), {
    hint: String(hint),
  });
}
