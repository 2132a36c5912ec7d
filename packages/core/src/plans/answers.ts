import { canonicalJson, type Json } from '../json/canonical-json.ts';
import type { Determinism, KeptAnswer, ModelRequest } from '../model.ts';
import type { Manifest } from '../record/manifest.ts';
import type { LlmSpec } from '../spec/spec.ts';

type RecordedWho = NonNullable<Manifest['model']>;

/** What a record says of its answers: who gave them, what may be expected of them, and which recordings they are. */
export function withAnswers(manifest: Manifest, answers: readonly KeptAnswer[]): Manifest {
  const { model, determinism } = manifest;
  return {
    ...manifest,
    ...(answers.length === 0 || model === undefined ? {} : { model: answeredBy(model, answers) }),
    ...(determinism === undefined ? {} : { determinism: determinismOf(answers, determinism) }),
  };
}

/** Who answered, once the answers are there: what only they tell, and the runs that recorded ones were taken from. */
function answeredBy(model: RecordedWho, answers: readonly KeptAnswer[]): RecordedWho {
  const server = answers.find((answer) => answer.server !== undefined)?.server;
  const { engine } = model;
  const said = server === undefined || engine === undefined ? {} : { engine: { ...engine, server } };
  const from = answeredFrom(answers);
  const recordings = answers.map(({ recordedIn, keptAs }) => recordedIn?.recording ?? keptAs ?? null);
  return {
    ...model,
    ...said,
    sent: answers[0]?.sent as Record<string, Json>,
    ...(from.length === 0 ? {} : { answered_from: from }),
    ...(recordings.every((name) => name === null) ? {} : { recordings }),
  };
}

/** The runs that recorded answers were taken from, in the order of the answers, with how many each gave. */
function answeredFrom(answers: readonly KeptAnswer[]) {
  const runs = new Map<string, { run_id: string; path: string; answers: number }>();
  for (const { recordedIn: from } of answers) {
    if (from === undefined) continue;
    const before = runs.get(from.runId)?.answers ?? 0;
    runs.set(from.runId, { run_id: from.runId, path: from.path, answers: before + 1 });
  }
  return [...runs.values()];
}

/** What may be expected of an answer that no model gave: the lowest tier, whatever the model's own is. */
export const replayed: Determinism = {
  tier: 'T3',
  reasons: [
    'No model was asked: every answer is a recording, and model.answered_from names the runs that have it.',
  ],
};

/** How many answers are recordings, which no model gave now. */
export function countRecorded(answers: readonly KeptAnswer[]): number {
  return answers.filter(({ recordedIn }) => recordedIn !== undefined).length;
}

/** What may be expected of a run's answers, where some of them may be recordings. */
function determinismOf(
  answers: readonly KeptAnswer[],
  asked: NonNullable<Manifest['determinism']>,
): NonNullable<Manifest['determinism']> {
  const recorded = countRecorded(answers);
  if (recorded === 0) return asked;
  if (recorded === answers.length) return { tier: replayed.tier, reasons: [...replayed.reasons] };
  const mixed = `${recorded} of ${answers.length} answers are recordings, which no model gave in this run.`;
  return { tier: replayed.tier, reasons: [mixed, ...asked.reasons] };
}

/** The numbers of a run's answers: tokens of all of them, times only of those that a model gave in this run. */
export function metricsOf(answers: readonly KeptAnswer[]): Record<string, number | undefined> {
  const timings = answers.flatMap(({ timing }) => (timing === undefined ? [] : [timing]));
  const [first] = timings;
  const recorded = countRecorded(answers);
  return {
    tokens_input: sum(answers.map(({ tokensInput }) => tokensInput)),
    tokens_output: sum(answers.map(({ tokensOutput }) => tokensOutput)),
    model_load_seconds: seconds(first?.loadMs),
    first_token_seconds: seconds(first?.firstTokenMs),
    model_seconds: seconds(sum(timings.map(({ totalMs }) => totalMs))),
    ...(answers.length > 1 ? { answers: answers.length } : {}),
    ...(recorded > 0 ? { answers_recorded: recorded } : {}),
  };
}

/** A sum is not known where one of its parts is not. */
function sum(parts: readonly (number | undefined)[]): number | undefined {
  if (parts.length === 0) return undefined;
  return parts.reduce((total, part) =>
    total === undefined || part === undefined ? undefined : total + part,
  );
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/**
 * A line of output.jsonl: the answer with its usage, `more` that is known of the question, and nothing that changes when
 * the answer does not; of a recorded answer also the run that it came from.
 */
export function outputLine(
  index: number,
  request: Pick<ModelRequest, 'params'>,
  answer: KeptAnswer,
  more: Readonly<Record<string, Json>> = {},
): string {
  const { recordedIn: from } = answer;
  const usage = { tokens_input: answer.tokensInput, tokens_output: answer.tokensOutput };
  const line = {
    index,
    seed: request.params.seed,
    // A model can leave half of a surrogate pair; as UTF-8, in the answer's own file, it is U+FFFD as well.
    text: answer.text.toWellFormed(),
    finish_reason: answer.finishReason,
    usage,
    ...more,
    ...(from === undefined ? {} : { answered_from: { run_id: from.runId, recording: from.recording } }),
  };
  return `${canonicalJson(JSON.parse(JSON.stringify(line)) as Json)}\n`;
}

/** The file that holds the answer alone, named by what it is: of a run with one answer. Where there are several, none is *the* answer. */
export function answerFile(format: LlmSpec['config']['format']): string {
  return `output/answer.${{ text: 'txt', markdown: 'md', json: 'json' }[format]}`;
}
