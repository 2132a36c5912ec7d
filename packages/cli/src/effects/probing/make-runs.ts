import { type ModelName, type ProbedRun, Problem, probeKey } from '@timelab/core';
import type { Context } from '../../command.ts';
import { probeInProcess } from './probe-process.ts';

/** What a whole probe is to ask. */
interface WantedRuns {
  readonly model: string;
  readonly allowNet: boolean;
  /** How many cold runs are compared. */
  readonly cold: number;
}

/** The numbers of threads that are compared with a run's own: the embedded engine has one, a server chooses by itself. */
function otherThreads({ backend }: ModelName): readonly number[] {
  return backend === 'ollama' ? [1, 2] : [2];
}

/**
 * Makes all runs of a probe, one at a time, since a machine that works on two at once is another one: the cold ones, then
 * those with other numbers of threads. Throws `digest_changed` if another model answered meanwhile.
 */
export async function makeRuns(
  { world, report }: Context,
  name: ModelName,
  { model, allowNet, cold }: WantedRuns,
): Promise<[ProbedRun, ...ProbedRun[]]> {
  const ask = async (threads?: number) => await probeInProcess(world, { model, threads, allowNet });
  const wanted = [...Array<undefined>(cold - 1).fill(undefined), ...otherThreads(name)];
  report.progress(`${model}: run 1 of ${wanted.length + 1}`);
  const first = await ask();
  const others: ProbedRun[] = [];
  for (const [index, threads] of wanted.entries()) {
    const which = threads === undefined ? '' : `, threads: ${threads}`;
    report.progress(`${model}: run ${index + 2} of ${wanted.length + 1}${which}`);
    others.push(await ask(threads));
  }
  if (others.every((run) => probeKey(run.model) === probeKey(first.model))) return [first, ...others];
  throw new Problem(
    'digest_changed',
    `${first.name} was another model, or on another engine, before the probe ended.`,
  );
}
