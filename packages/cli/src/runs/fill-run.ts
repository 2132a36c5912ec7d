import { basename, join } from 'node:path';
import {
  commitFolder,
  countRecorded,
  endMine,
  type Json,
  type Manifest,
  type MineCall,
  type MineOutcome,
  oneCommit,
  Problem,
} from '@timelab/core';
import { closeWork, explained, type Lab, type RunFolder, type WorkFolder } from '@timelab/store';
import type { Context, Outcome } from '../command.ts';
import { breath } from '../effects/breath.ts';
import { type Log, openLog } from '../effects/log.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';
import { digestOutput } from '../effects/mining/digest-output.ts';
import { extract } from '../effects/mining/extract.ts';
import { maskLeft } from '../effects/mining/mask-left.ts';
import { maskOutput, refuseHeld } from '../effects/mining/mask-output.ts';
import { openCleanWork } from '../effects/mining/open-clean-work.ts';
import { type WorkPlaces, workPlaces } from '../effects/mining/resume-point.ts';
import { hasPages } from '../effects/mining/start-post.ts';
import { type KeptFile, keepInputs } from './begin-run.ts';
import type { Heard } from './comment-commits.ts';
import { endRun, failureOf, type Judge } from './end-run.ts';
import type { Found } from './mine-history.ts';

/** What is known of a run while it goes on; whatever ends it, this is what its record is made from. */
type Known = {
  -readonly [K in 'streamSha256' | 'tools' | 'fetches']?: MineOutcome[K];
} & Heard;

/** A run at work, and all that the work needs. */
interface AtWork {
  readonly context: Context;
  readonly lab: Lab;
  readonly run: RunFolder;
  readonly call: MineCall;
  readonly found: Found;
  readonly known: Known;
  readonly log: Log;
}

/** Has a claimed run do its work, and ends it, well or not. What is half done stays aside, for a later run to go on. */
export async function fillRun(
  context: Context,
  lab: Lab,
  run: RunFolder,
  call: MineCall,
  found: Found,
  inputs: readonly KeptFile[],
  judge?: Judge,
): Promise<Outcome> {
  const { world } = context;
  const began = world.elapsed();
  const log = openLog(world);
  const known: Known = { fetches: found.fetches, answers: [], notes: new Set() };
  const all = () =>
    bothOf(work({ context, lab, run, call, found, known, log }), keepInputs(run, inputs, found.code.patch));
  const problem = await failureOf(world, explained(lab, all), whatNext);
  log.add(problem === undefined ? 'ended' : 'failed', problem === undefined ? {} : { kind: problem.kind });
  const outcome: MineOutcome = {
    ...known,
    notes: [...known.notes],
    end: world.now(),
    durationSeconds: (world.elapsed() - began) / 1000,
    hosts: [...found.source.hosts, ...(found.commenting?.hosts ?? [])],
    cancelled: problem?.kind === 'interrupted',
  };
  const record = (failure = problem) =>
    endMine(run.manifest, failure === undefined ? outcome : { ...outcome, problem: failure });
  const isDone = problem === undefined || call.parentRunId !== undefined;
  const final = await endRun(run, log, record, judge).finally(
    () => isDone && closeWork(lab, run.manifest.run_id),
  );
  const ended = outcomeOf(run.path, final, problem === undefined ? found.selection.ids : [], {});
  return problem === undefined ? ended : { ...ended, problem };
}

/** Waits for both to end, also where one fails: nothing goes on behind the record's back. */
async function bothOf(work: Promise<void>, beside: Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled([work, beside])) {
    if (result.status === 'rejected') throw result.reason;
  }
}

async function work(atWork: AtWork): Promise<void> {
  const { context, lab, run, known } = atWork;
  const { run_id: id, inputs_key = '', parent_run_id: parent } = run.manifest;
  // What an interrupted run has left would be its own answer: a repetition does all of the work itself.
  const key = parent === undefined ? inputs_key : `${inputs_key} ${id}`;
  const { mask } = secretKeeper(context.world);
  const opened = await openCleanWork(lab, id, key, mask);
  const places = workPlaces(opened.path);
  try {
    await workIn({ ...opened, places }, atWork);
  } catch (error) {
    const canGoOn = await maskLeft(places, mask).catch(() => false);
    if (!canGoOn) {
      known.notes.add(goneNote);
      await closeWork(lab, id);
    }
    throw error;
  }
}

interface Opened extends WorkFolder {
  readonly places: WorkPlaces;
}

async function workIn(
  { path: folder, continued, interrupted, places }: Opened,
  { context, lab, run, call, found, known, log }: AtWork,
): Promise<void> {
  const { ids } = found.selection;
  const { gitDir } = found.source.repository;
  const { fence } = found;
  const extraction = { fence, gitDir, ids, work: call.work, places, folder, continued };
  const extracted = await extract(context, extraction).catch(async (error) => {
    // What cannot be gone on with would be in the way of every later run of the same work.
    if (continued && !context.world.signal.aborted && isToolFailure(error))
      await closeWork(lab, run.manifest.run_id);
    throw error;
  });
  known.streamSha256 = extracted.streamSha256;
  known.tools = extracted.tools;
  log.add('extracted', { commits: ids.length, resumed: extracted.resumed });
  const pages = hasPages(call.work);
  if (found.commenting !== undefined) {
    await found.commenting.comment({ run, places, pages, interrupted }, known);
    const replayed = countRecorded(known.answers);
    log.add('commented', { commits: known.answers.length, ...(replayed === 0 ? {} : { replayed }) });
  }
  const { mask } = secretKeeper(context.world);
  if (extracted.masked > 0) await refuseHeld(places.stream, basename(places.stream), mask);
  const masked = await maskOutput(places, mask, breath(context.world));
  if (masked + extracted.masked > 0) known.notes.add(maskedNote);
  await run.adoptOutput(places.output, await digestOutput(places, call.work, extracted.streamSha256));
}

const maskedNote = 'The history holds a secret: in this run its name stands in its place.';

const goneNote = 'What was mined so far could hold a secret, and is gone: the next run begins anew.';

const isToolFailure = (error: unknown) => error instanceof Problem && error.kind === 'tool_failed';

const whatNext = 'Run it again: it goes on where it stopped.';

/** The outcome of a run that has ended: its files one by one, and the folders of its commits. */
export function outcomeOf(
  folder: string,
  manifest: Manifest,
  ids: readonly string[],
  facts: Readonly<Record<string, Json>>,
): Outcome {
  const artifacts = ['run.json', ...manifest.artifacts, ...commitArtifacts(manifest, ids)];
  return {
    artifacts: artifacts.map((path) => join(folder, path)),
    run: manifest,
    data: { commits: ids.length, ...facts },
  };
}

/** The folders of many commits, the files of one. */
function commitArtifacts({ file_list, task }: Manifest, ids: readonly string[]): string[] {
  if (file_list === undefined) return [];
  const folders = ids.map((id) => `output/${commitFolder(id)}`);
  return task.kind === 'analysis'
    ? folders.flatMap((folder) => oneCommit.files.map((file) => `${folder}/${file}`))
    : folders;
}
