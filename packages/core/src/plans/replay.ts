import type { ModelDescription } from '../model.ts';
import { type Fault, Problem } from '../problem/problem.ts';
import type { KeptRecording, RecordedRequest } from '../recording/recording.ts';
import { requestDifferences } from '../recording/recording-difference.ts';

/** A model that was recorded under the name that is asked for, and what it answered to what is asked. */
export interface Candidate {
  readonly model: ModelDescription;
  /** What would have been asked of it, one for each answer that is wanted. */
  readonly asked: readonly RecordedRequest[];
  /** The answers, in the same order; undefined where none is recorded. */
  readonly found: readonly (KeptRecording | undefined)[];
}

/**
 * Which of the models recorded under one name answers: undefined where none has every answer. A name is no identity, so of
 * several none is chosen silently: throws `recording_ambiguous`, and names a run of each.
 */
export function chooseCandidate(name: string, candidates: readonly Candidate[]): Candidate | undefined {
  const whole = candidates.filter(({ found }) => found.every((kept) => kept !== undefined));
  const [first, ...others] = whole;
  if (others.length === 0) return first;
  throw new Problem('recording_ambiguous', `${whole.length} models answered this as ${name}.`, {
    faults: whole.map(({ model, found }) => ({
      pointer: found[0]?.recording.run.run_id.slice(0, 12) ?? '',
      reason: `is a run of ${identityWords(model)}`,
    })),
  });
}

function identityWords({ hash, engine }: ModelDescription): string {
  const weights = hash === undefined ? 'weights without a digest' : `the weights ${hash.slice(0, 12)}`;
  const { name, release, cpu } = engine;
  return `${weights} on ${[name, release, cpu].filter((word) => word !== undefined).join(' ')}`;
}

/** What is asked, of whom it would be asked by name, and what a recording has to be told apart from. */
export interface Wanted {
  readonly name: string;
  /** A request for each model that was recorded under the name; if there is none, one in which the model is left open. */
  readonly asked: readonly RecordedRequest[];
  /** Whether the name is that of a recorded model. */
  readonly known: boolean;
}

/** The recording that differs least from what is asked, and where. */
export interface Nearest {
  readonly kept: KeptRecording;
  readonly differences: readonly Fault[];
}

/** The nearer of two recordings: the one found before, or this one. */
export function nearer(
  wanted: Wanted,
  before: Nearest | undefined,
  kept: KeptRecording,
  model: string,
): Nearest {
  const own = wanted.asked.map((asked) => differencesTold(wanted, asked, kept, model));
  const [least = []] = own.sort((a, b) => a.length - b.length);
  return before !== undefined && before.differences.length <= least.length
    ? before
    : { kept, differences: least };
}

function differencesTold(
  wanted: Wanted,
  asked: RecordedRequest,
  kept: KeptRecording,
  model: string,
): Fault[] {
  const all = requestDifferences(asked, kept.recording.request);
  if (wanted.known) return withoutEchoes(all);
  const others = all.filter(
    ({ pointer }) => !/^\/(backend|model|engine|remote_host|settings)\b/.test(pointer),
  );
  return [{ pointer: '/model', reason: `is ${wanted.name}; recorded is ${model}` }, ...others];
}

/** What a backend makes of a field that differs says nothing new. */
function withoutEchoes(differences: readonly Fault[]): Fault[] {
  const own = differences.filter(({ pointer }) => !pointer.startsWith('/settings'));
  return own.length === 0 ? [...differences] : own;
}

/** Says that no recording answers, which one comes nearest, and what was passed over because it is damaged. */
export function noRecording(
  which: string,
  nearest: Nearest | undefined,
  damaged: readonly string[],
): Problem {
  const passedOver = damaged.length === 0 ? '' : ` ${damaged.join(', ')} is damaged and was passed over.`;
  if (nearest === undefined)
    return new Problem('recording_missing', `No answer is recorded in this lab.${passedOver}`);
  const { key, run } = nearest.kept.recording;
  const { length } = nearest.differences;
  const fields = length === 1 ? '1 field' : `${length} fields`;
  const from = `${key.slice(0, 12)} of run ${run.run_id.slice(0, 8)}`;
  return new Problem(
    'recording_missing',
    `No recording answers ${which}. The nearest, ${from}, differs in ${fields}.${passedOver}`,
    { faults: nearest.differences },
  );
}
