import { Problem, problemKinds } from '@timelab/core';
import type { ShareFindings } from '../verify-tally.ts';
import type { World } from '../world.ts';
import { childEnvironment } from './child-environment.ts';
import { secretKeeper } from './masking/secret-keeper.ts';
import { run } from './spawn.ts';

/**
 * Verifies all runs of a lab by so many processes, a share each: to read and judge a record takes ten times as long as to
 * hash its files, and one process does that on one core. Throws what one of them failed for.
 */
export async function verifyInProcesses(
  world: World,
  root: string,
  processes: number,
): Promise<ShareFindings[]> {
  const shares = Array.from({ length: processes }, (_, at) => `${at + 1}/${processes}`);
  return await Promise.all(shares.map((share) => verifyShare(world, root, share)));
}

async function verifyShare(world: World, root: string, share: string): Promise<ShareFindings> {
  const [program = '', ...words] = world.program;
  const args = [...words, 'verify', '--all', '--share', share, '--json', '--quiet', '--lab', root];
  const { cwd, signal } = world;
  const { stdout, stderr, code } = await run(program, args, {
    cwd,
    env: childEnvironment(world, 'self'),
    signal,
  });
  signal.throwIfAborted();
  const { data, error } = parsed(stdout.toString('utf8'));
  // Runs that are not as recorded are what it was to find.
  if (data !== undefined && (error === undefined || error.kind === 'run_damaged')) return data;
  const said = error?.message ?? secretKeeper(world).mask.text(stderr).trim().slice(-200);
  const kind = error !== undefined && Object.hasOwn(problemKinds, error.kind) ? error.kind : 'internal';
  throw new Problem(kind, `Share ${share} of the runs ended with exit code ${code}: ${said}`);
}

interface Said {
  readonly data?: ShareFindings;
  readonly error?: { readonly kind: keyof typeof problemKinds; readonly message: string };
}

function parsed(text: string): Said {
  try {
    return Object(JSON.parse(text)) as Said;
  } catch {
    return {};
  }
}
