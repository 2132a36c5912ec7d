import {
  type Backend,
  type Commentator,
  countRecorded,
  type KeptAnswer,
  MOST_WORDS,
  type ModelName,
  Problem,
  type RunHooks,
  type ShownCommit,
  wordsFrame,
  wordsRequests,
} from '@timelab/core';
import type { Lab, RunFolder } from '@timelab/store';
import type { Context } from '../command.ts';
import { type Said, writeAnswers } from '../effects/mining/answers.ts';
import { appendWords } from '../effects/mining/page-words.ts';
import { shownProgress } from '../effects/mining/progress-line.ts';
import type { WorkPlaces } from '../effects/mining/resume-point.ts';
import { type AskedHistory, seeBeforehand, shownCommits } from '../effects/mining/shown-commits.ts';
import { earned } from '../effects/probing/probe-shelf.ts';
import { type Asking, answering, type OpenBackend, openAnswering } from './open-backend.ts';

/** What the model is asked about: the records and pages of a run, and what became of it before. */
interface CommentedRun {
  readonly run: RunFolder;
  readonly places: WorkPlaces;
  /** Whether each commit has a page that the model's words go to. */
  readonly pages: boolean;
  /** The runs, by their ids, whose answers this one goes on with. */
  readonly interrupted: readonly string[];
}

/** What came of it, told as it comes: it stands in the record, whatever ends the run. */
export interface Heard {
  readonly answers: KeptAnswer[];
  readonly notes: Set<string>;
}

/** A model that is ready to be asked about commits. */
export interface Commenting {
  readonly commentator: Commentator;
  readonly hosts: ReadonlySet<string>;
  /** Asks about each of the first commits, keeps what is said, and adds it to their pages. */
  comment(run: CommentedRun, heard: Heard): Promise<void>;
  close(): Promise<void>;
}

/** The model that words are wanted of, and what it is to be asked, if that is not the usual. */
interface Words {
  readonly model: ModelName;
  readonly template?: string | undefined;
}

/** Opens the model that words are wanted of, or its recordings; throws what a backend does where none can answer. */
export async function openCommenting(
  context: Context,
  lab: Lab,
  { model: name, template }: Words,
  asking: Asking,
  history: AskedHistory,
): Promise<Commenting> {
  const { world } = context;
  const requestsFor = (commit: ShownCommit) => wordsRequests(commit, template).map(({ request }) => request);
  const questions = () => seeBeforehand(context, history, requestsFor);
  const open = await openAnswering(context, lab, name, asking, questions);
  try {
    const model = await open.backend.describe(world.signal);
    const determinism = await earned(world, model, open.backend.determinism);
    const commentator = { model, determinism, request: wordsFrame(template) };
    return {
      commentator,
      hosts: open.hosts,
      comment: (run, heard) => comment(context, open, { commentator, template, history }, run, heard),
      close: () => open.backend.close(),
    };
  } catch (error) {
    await open.backend.close();
    throw error;
  }
}

interface Subject {
  readonly commentator: Commentator;
  readonly template: string | undefined;
  readonly history: AskedHistory;
}

async function comment(
  context: Context,
  open: OpenBackend,
  { commentator: { model }, template, history: { repository, ids } }: Subject,
  { run, places, pages, interrupted }: CommentedRun,
  heard: Heard,
): Promise<void> {
  const { world, report } = context;
  const backend = answering(context, run, open, heard.notes, interrupted);
  const most = Math.min(ids.length, MOST_WORDS);
  const said: Said[] = [];
  const began = world.elapsed();
  const show = (step: string) => {
    const seconds = (world.elapsed() - began) / 1000;
    const given = countRecorded(heard.answers);
    const asked = said.length - given;
    report.progress(`${model.name}: ${shownProgress(asked, seconds, given, most)}${step}`);
  };
  for await (const commit of shownCommits(world, repository, places.stream)) {
    const one = await ask(context, backend, commit, template, show);
    said.push(one);
    heard.answers.push(one.answer);
    show('');
  }
  await backend.confirm(model, world.signal);
  await writeAnswers(places, said);
  if (pages) await appendWords(places, model, said);
  for (const note of notesOf(said, ids.length)) heard.notes.add(note);
}

/** Asks about one commit, if no answer is recorded; where the model says that the diff does not fit, with less of it. */
async function ask(
  { world: { signal } }: Context,
  backend: Backend,
  commit: ShownCommit,
  template: string | undefined,
  show: (step: string) => void,
): Promise<Said> {
  const { id } = commit.record;
  const hooks: RunHooks = {
    onProgress: (step, share) =>
      show(`; ${step}${share === undefined ? '' : ` ${Math.round(share * 100)} %`}`),
  };
  const all = wordsRequests(commit, template);
  const requests = all.map(({ request }) => request);
  // An answer that is recorded tells how much of the diff had fitted.
  const recalled = await backend.recall?.(requests, signal, hooks);
  const found = recalled && all[recalled.at];
  if (recalled !== undefined && found !== undefined)
    return { commit: id, ...found, answer: withoutReply(recalled.answer) };
  for (const [at, one] of all.entries()) {
    try {
      return { commit: id, ...one, answer: withoutReply(await backend.run(one.request, signal, hooks)) };
    } catch (error) {
      const tooLong = error instanceof Problem && error.kind === 'prompt_too_long';
      if (!tooLong || at === all.length - 1) throw error;
    }
  }
  throw new Error('there is nothing to be asked about a commit');
}

// Of a hundred answers, the bytes that they came in would fill the memory.
function withoutReply({ reply: _, ...answer }: Awaited<ReturnType<Backend['run']>>): KeptAnswer {
  return answer;
}

function notesOf(said: readonly Said[], commits: number): string[] {
  const cut = said.filter(({ given }) => given.bytes < given.of).length;
  return [
    ...(said.length < commits
      ? [`The model was asked about the first ${said.length} of ${commits} commits.`]
      : []),
    ...(cut > 0 ? [`The model was given only the beginning of ${cut} of ${said.length} diffs.`] : []),
  ];
}
