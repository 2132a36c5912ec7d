import {
  type Backend,
  type Candidate,
  chooseCandidate,
  type KeptRecording,
  type ModelDescription,
  type ModelRequest,
  type Nearest,
  nearer,
  noRecording,
  Problem,
  type Recordings,
  recordedRequest,
  recordingKey,
  replayed,
  shownModelName,
} from '@timelab/core';
import { recordedAnswer } from './recorded-answer.ts';

/** The requests that may be made for one answer, at least one, in the order in which they would be. */
export type Question = readonly ModelRequest[];

/** What is to be answered from recordings alone. */
export interface ReplayOptions {
  readonly recordings: Recordings;
  /**
   * Every answer that will be wanted, in order, each by the requests that may be made for it: one model has to have
   * answered one request of each.
   */
  readonly questions: readonly Question[];
  /** The first digits of a run's id: of several models under one name, the one that answered in that run. */
  readonly fromRun?: string | undefined;
}

/**
 * A backend that answers from recordings alone: no server, no engine and no weights are looked for. Who answers is found
 * by the model's name among those who did. Throws `recording_missing` and `recording_ambiguous` before anything is asked.
 */
export async function replayBackend(live: Backend, options: ReplayOptions): Promise<Backend> {
  const chosen = await choose(live, options);
  const answers = new Map(chosen.found.map((kept) => [kept?.recording.key, kept]));
  const recall: Required<Backend>['recall'] = async (requests, _signal, hooks) => {
    for (const [at, request] of requests.entries()) {
      const kept = answers.get(recordingKey(askedOf(live, chosen.model, request)));
      const answer = kept === undefined ? undefined : await recordedAnswer(live, kept, hooks);
      if (answer !== undefined) return { at, answer };
    }
    return undefined;
  };
  return {
    ...live,
    determinism: replayed,
    describe: async () => chosen.model,
    recall,
    async run(request, signal, hooks) {
      const recalled = await recall([request], signal, hooks);
      if (recalled !== undefined) return recalled.answer;
      throw new Problem('recording_missing', 'A recording that was found cannot be read any more.');
    },
    // Nothing was asked, so nothing can have changed meanwhile.
    confirm: async () => {},
    close: async () => {},
  };
}

async function choose(live: Backend, options: ReplayOptions): Promise<Candidate> {
  const name = shownModelName(live.name);
  const models = await options.recordings.models();
  const named = [...models.values()].filter((model) => model.name === name);
  const candidates = await Promise.all(
    distinct(live, named).map((model) => candidateOf(live, model, options)),
  );
  const chosen = chooseCandidate(name, candidates.filter(answeredIn(options.fromRun)));
  if (chosen !== undefined) return chosen;
  throw await missing(live, name, candidates, models, options);
}

/** Models that differ in what shapes an answer; what else is told of them does not tell them apart. */
function distinct(live: Backend, models: readonly ModelDescription[]): ModelDescription[] {
  const { backend } = live.name;
  const frame = { messages: [], params: {}, format: 'text' } as unknown as ModelRequest;
  const keyOf = (model: ModelDescription) =>
    recordingKey(recordedRequest({ backend, model, request: frame, settings: {} }));
  return [...new Map(models.map((model) => [keyOf(model), model])).values()];
}

async function candidateOf(
  live: Backend,
  model: ModelDescription,
  { recordings, questions, fromRun }: ReplayOptions,
): Promise<Candidate> {
  const found: (KeptRecording | undefined)[] = [];
  for (const question of questions) {
    let kept: KeptRecording | undefined;
    for (const request of question)
      kept ??= await firstReadable(live, recordings, recordingKey(askedOf(live, model, request)), fromRun);
    found.push(kept);
  }
  return { model, asked: questions.map(([first]) => askedOf(live, model, first as ModelRequest)), found };
}

function askedOf(live: Backend, model: ModelDescription, request: ModelRequest) {
  return recordedRequest({ backend: live.name.backend, model, request, settings: live.settings(request) });
}

/** The answer under a key that was recorded first, but of the run that is named if it has one. */
async function firstReadable(
  live: Backend,
  recordings: Recordings,
  key: string,
  fromRun: string | undefined,
) {
  let first: KeptRecording | undefined;
  for await (const kept of recordings.find(key)) {
    const own = fromRun === undefined || kept.recording.run.run_id.startsWith(fromRun);
    if (first !== undefined && !own) continue;
    if ((await recordedAnswer(live, kept)) === undefined) continue;
    if (own) return kept;
    first = kept;
  }
  return first;
}

const answeredIn = (fromRun: string | undefined) => (candidate: Candidate) =>
  fromRun === undefined ||
  candidate.found.some((kept) => kept?.recording.run.run_id.startsWith(fromRun) === true);

async function missing(
  live: Backend,
  name: string,
  candidates: readonly Candidate[],
  models: ReadonlyMap<string, ModelDescription>,
  { recordings, questions, fromRun }: ReplayOptions,
): Promise<Problem> {
  const whole = candidates.some(({ found }) => !found.includes(undefined));
  if (whole && fromRun !== undefined)
    return new Problem('recording_missing', `No answer to this was given in a run ${fromRun}….`, {
      hint: 'Leave --from-run out, or give the first digits of the id of a run that answered.',
    });
  // What is missed first, of the model that has most of the others.
  const [best] = [...candidates].sort((a, b) => missedAt(b) - missedAt(a));
  const at = best === undefined ? 0 : missedAt(best);
  const request = questions[at]?.[0] as ModelRequest;
  const open = { name, engine: { name: '' } };
  const asked =
    candidates.length === 0 ? [askedOf(live, open, request)] : candidates.map((one) => one.asked[at] ?? {});
  const wanted = { name, asked, known: candidates.length > 0 };
  let nearest: Nearest | undefined;
  for await (const kept of recordings.all())
    nearest = nearer(wanted, nearest, kept, models.get(kept.recording.model)?.name ?? 'unknown');
  const which = questions.length === 1 ? 'this' : `answer ${at} of ${questions.length} (counted from 0)`;
  return noRecording(which, nearest, recordings.damaged);
}

const missedAt = ({ found }: Candidate) => found.indexOf(undefined);
