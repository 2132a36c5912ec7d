import type { ProblemKind } from '../problem/problem.ts';
import { answerList, recordStream } from '../record/kept-files.ts';
import type { Manifest } from '../record/manifest.ts';
import type { Repro, ReproCause, RunFactor } from '../record/repro-record.ts';

/** Where two answers part; undefined where they are equal. */
export type FirstDifference = NonNullable<Repro['first_difference']>;

/** The verdict on two answers that were compared: what can explain a difference is among the factors that changed. */
export function compared(changed: readonly RunFactor[], difference: FirstDifference | undefined): Repro {
  if (difference === undefined) return { verdict: 'same', changed: [...changed], causes: [] };
  const able = changed.filter((factor) => canExplain(factor, difference.file));
  const causes: ReproCause[] = able.length === 0 ? ['nondeterminism'] : able;
  return { verdict: 'different', changed: [...changed], causes, first_difference: difference };
}

// No model has a part in the records of commits.
function canExplain(factor: RunFactor, file: string): boolean {
  return file !== recordStream || (factor !== 'model' && factor !== 'engine');
}

/** The verdict where there is nothing to compare: what stands in the way, and what is known to have changed. */
export function hindered(changed: readonly RunFactor[], cause: ReproCause): Repro {
  return { verdict: 'cannot_tell', changed: [...changed], causes: [cause] };
}

const hindrances: Partial<Record<ProblemKind, ReproCause>> = {
  model_missing: 'model',
  model_remote: 'model',
  digest_missing: 'model',
  digest_changed: 'model',
  weights_invalid: 'model',
  backend_unavailable: 'backend',
  backend_error: 'backend',
  backend_protocol: 'backend',
  backend_timeout: 'backend',
  engine_missing: 'engine',
  engine_failed: 'engine',
  option_unsupported: 'settings',
  prompt_too_long: 'settings',
  network_denied: 'network',
  spec_invalid: 'spec',
  input_invalid: 'inputs',
  repository_invalid: 'inputs',
  commit_unknown: 'inputs',
  remote_failed: 'inputs',
  tool_missing: 'tools',
  tool_failed: 'tools',
  disk_full: 'disk',
  disk_error: 'disk',
  read_only: 'disk',
  too_many_files: 'disk',
  interrupted: 'interrupted',
};

/** What a failure leaves unknown; undefined for one that says nothing of the run, such as a wrong call. */
export function hindranceOf(kind: ProblemKind): ReproCause | undefined {
  return hindrances[kind];
}

/** Whether a run has ended with all that it was for, be it that a check of its spec failed. */
export function isAnswered({ status, error }: Pick<Manifest, 'status' | 'error'>): boolean {
  return status === 'ok' || error?.kind === 'validation_failed';
}

/** The files by which the answer of a run is known; undefined where its record has no digest of one that it must have. */
export function answerFiles({ task, digests }: Pick<Manifest, 'task' | 'digests'>): string[] | undefined {
  const files = [recordStream, answerList].filter((path) => Object.hasOwn(digests, path));
  return files.includes(task.kind === 'llm' ? answerList : recordStream) ? files : undefined;
}
