import { type ProbedRun, Problem, readProbedRun } from '@timelab/core';
import type { World } from '../../world.ts';
import { callItself } from '../own-process.ts';

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
  const args = ['probe', model, '--once'];
  if (threads !== undefined) args.push('--threads', String(threads));
  if (allowNet) args.push('--allow-net');
  const { code, words, data, problem } = await callItself(world, args);
  if (problem !== undefined) throw problem;
  if (code === 0 && data !== undefined) return readProbedRun(data);
  throw new Problem('engine_failed', `A process of the probe ended with exit code ${code}: ${words}`);
}
