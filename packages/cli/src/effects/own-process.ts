import { Problem, problemKinds } from '@timelab/core';
import type { World } from '../world.ts';
import { childEnvironment } from './child-environment.ts';
import { secretKeeper } from './masking/secret-keeper.ts';
import { run } from './spawn.ts';

/** What a call of timelab came to that was made in a process of its own. */
export interface OwnCall {
  readonly code: number;
  /** The end of what it said on stderr, without secrets. */
  readonly words: string;
  /** The data of its `--json`, if it gave any. */
  readonly data?: unknown;
  /** What it says it failed for. */
  readonly problem?: Problem;
}

/** Calls timelab itself in a process of its own, with `--json`; throws only where this process is told to end. */
export async function callItself(world: World, args: readonly string[]): Promise<OwnCall> {
  const [program = '', ...words] = world.program;
  const { cwd, signal } = world;
  const env = childEnvironment(world, 'self');
  const { stdout, stderr, code } = await run(program, [...words, ...args, '--json'], { cwd, env, signal });
  signal.throwIfAborted();
  const { data, error } = parsed(stdout.toString('utf8'));
  return {
    code,
    words: secretKeeper(world).mask.text(stderr).trim().slice(-200),
    ...(data === undefined ? {} : { data }),
    ...(error === undefined ? {} : { problem: problemOf(error) }),
  };
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

function problemOf({ kind, message, hint }: NonNullable<Said['error']>): Problem {
  const known = typeof kind === 'string' && Object.hasOwn(problemKinds, kind);
  return new Problem(known ? (kind as keyof typeof problemKinds) : 'internal', String(message), {
    hint: String(hint),
  });
}
