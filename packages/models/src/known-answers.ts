import { type ProbedModel, type ProbeRun, probeKey, probePromptsHash } from '@timelab/core';
import file from './known-answers.json' with { type: 'json' };

/** What is published of one model: its answers, cold, to the prompts that have this hash. */
interface KnownAnswers {
  readonly prompts_sha256: string;
  readonly model: ProbedModel;
  readonly run: ProbeRun;
}

/**
 * What weights answered to the prompts of a probe on other machines, by the answers that are published with timelab: of
 * those weights, on that release of the engine and that CPU variant, and nothing of any other.
 */
export function knownAnswers(model: ProbedModel): ProbeRun | undefined {
  const all = file as unknown as readonly KnownAnswers[];
  return all.find(
    (known) => known.prompts_sha256 === probePromptsHash && probeKey(known.model) === probeKey(model),
  )?.run;
}
