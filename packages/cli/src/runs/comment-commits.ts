import {
  type Commentator,
  firstRoom,
  type Given,
  MOST_WORDS,
  type ModelAnswer,
  type ModelRequest,
  Problem,
  parseModelName,
  type RunHooks,
  type ShownCommit,
  wordsFrame,
  wordsRequest,
} from '@timelab/core';
import { maskingBackend } from '@timelab/models';
import type { Context } from '../command.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';
import { keepAnswer, readAnswers, readRecords, type Said } from '../effects/mining/answers.ts';
import type { LocalRepository } from '../effects/mining/find-repository.ts';
import { appendWords } from '../effects/mining/page-words.ts';
import { shownProgress } from '../effects/mining/progress-line.ts';
import { readPatch } from '../effects/mining/read-patch.ts';
import type { WorkPlaces } from '../effects/mining/resume-point.ts';
import { earned } from '../effects/probing/probe-shelf.ts';
import { type OpenBackend, openBackend } from './ask-model.ts';

/** What the model is asked about: the commits, and where their records and pages are. */
interface CommentedHistory {
  readonly repository: LocalRepository;
  readonly ids: readonly string[];
  readonly places: WorkPlaces;
  /** Whether each commit has a page that the model's words go to. */
  readonly pages: boolean;
}

/** What came of it. */
interface Commented {
  readonly commits: number;
  readonly tokens: { readonly input: number; readonly output: number };
  readonly notes: readonly string[];
}

/** A model that is ready to be asked about commits. */
export interface Commenting {
  readonly commentator: Commentator;
  readonly hosts: ReadonlySet<string>;
  /** Asks about each of the first commits that was not asked about before, and adds what it says to their pages. */
  comment(history: CommentedHistory): Promise<Commented>;
  close(): Promise<void>;
}

/** The model that a spec wants words of, and what it is to be asked, if that is not the usual. */
interface Words {
  readonly model: string;
  readonly template?: string;
}

/** Opens the model that a spec wants words of; throws what a backend does where it cannot answer. */
export async function openCommenting(context: Context, words: Words, allowNet: boolean): Promise<Commenting> {
  const opened = await openBackend(context, parseModelName(words.model), allowNet);
  const { hosts } = opened;
  const backend = maskingBackend(opened.backend, secretKeeper(context.world).mask);
  const open = { ...opened, backend };
  try {
    const model = await backend.describe(context.world.signal);
    const determinism = await earned(context.world, model, backend.determinism);
    const commentator = { model, determinism, request: wordsFrame(words.template) };
    return {
      commentator,
      hosts,
      comment: (history) => comment(context, open, commentator, words.template, history),
      close: () => backend.close(),
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

async function comment(
  context: Context,
  open: OpenBackend,
  { model }: Commentator,
  template: string | undefined,
  { repository, ids, places, pages }: CommentedHistory,
): Promise<Commented> {
  const { world, report } = context;
  const { mask } = secretKeeper(world);
  const most = Math.min(ids.length, MOST_WORDS);
  const said = await readAnswers(places);
  const began = world.elapsed();
  const before = said.size;
  const show = (step: string) => {
    const seconds = (world.elapsed() - began) / 1000;
    report.progress(`${model.name}: ${shownProgress(said.size - before, seconds, before, most)}${step}`);
  };
  let index = 0;
  for await (const record of readRecords(places.stream, most)) {
    if (!said.has(record.id)) {
      const diff = mask.bytes(await readPatch(world, repository, record.id));
      const asked = await ask(context, open, { record, diff, diffBytes: record.patch.bytes }, template, show);
      said.set(record.id, await keepAnswer(places, index, record.id, asked));
    }
    index += 1;
    show('');
  }
  await open.backend.confirm(model, world.signal);
  if (pages) await appendWords(places, model, said);
  return summed(said, ids.length);
}

interface Asked {
  readonly answer: ModelAnswer;
  readonly given: Given;
  readonly request: ModelRequest;
}

/** Asks about one commit; where the model says that the diff does not fit, with less of it. */
async function ask(
  { world }: Context,
  { backend }: OpenBackend,
  commit: ShownCommit,
  template: string | undefined,
  show: (step: string) => void,
): Promise<Asked> {
  const hooks: RunHooks = {
    onProgress: (step, share) =>
      show(`; ${step}${share === undefined ? '' : ` ${Math.round(share * 100)} %`}`),
  };
  for (let room = firstRoom(); ; room = Math.floor(room * 0.6)) {
    const { request, given } = wordsRequest(commit, room, template);
    try {
      return { answer: await backend.run(request, world.signal, hooks), given, request };
    } catch (error) {
      const tooLong = error instanceof Problem && error.kind === 'prompt_too_long';
      if (!tooLong || given.bytes === 0) throw error;
    }
  }
}

function summed(said: ReadonlyMap<string, Said>, commits: number): Commented {
  const all = [...said.values()];
  const sum = (of: (one: Said) => number) => all.reduce((total, one) => total + of(one), 0);
  const cut = all.filter(({ given }) => given.bytes < given.of).length;
  return {
    commits: all.length,
    tokens: { input: sum(({ tokens }) => tokens.input), output: sum(({ tokens }) => tokens.output) },
    notes: [
      ...(all.length < commits
        ? [`The model was asked about the first ${all.length} of ${commits} commits.`]
        : []),
      ...(cut > 0 ? [`The model was given only the beginning of ${cut} of ${all.length} diffs.`] : []),
    ],
  };
}
