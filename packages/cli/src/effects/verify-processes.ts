import { Problem } from '@timelab/core';
import type { ShareFindings } from '../verify-tally.ts';
import type { World } from '../world.ts';
import { callItself } from './own-process.ts';

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
  const args = ['verify', '--all', '--share', share, '--quiet', '--lab', root];
  const { code, words, data, problem } = await callItself(world, args);
  // Runs that are not as recorded are what it was to find.
  const isDone = data !== undefined && (problem === undefined || problem.kind === 'run_damaged');
  if (isDone) return data as ShareFindings;
  throw (
    problem ?? new Problem('internal', `Share ${share} of the runs ended with exit code ${code}: ${words}`)
  );
}
