import { dirname, join } from 'node:path';
import {
  answerFiles,
  beginRecord,
  compared,
  compareRuns,
  endRecord,
  hindered,
  hindranceOf,
  isAnswered,
  Problem,
  type Repro,
  type ReproCause,
  requireSpec,
  runPlace,
  type Spec,
  specCopy,
} from '@timelab/core';
import type { Lab } from '@timelab/store';
import type { Context, Outcome } from '../command.ts';
import { breath } from '../effects/breath.ts';
import { type AnsweredRun, compareAnswers } from '../effects/compare-answers.ts';
import { takeSecrets } from '../effects/masking/named-secrets.ts';
import { readRecordedRun } from '../effects/recorded-run.ts';
import { beginRun, keepInputs } from './begin-run.ts';
import type { Judge } from './end-run.ts';
import { keptBy, type Parent, type RepeatChoices, repeatedCall } from './repeated-call.ts';

/** What came of a repetition, and its run's folder; without a run where the parent's spec itself is lost. */
export interface Repeated {
  readonly repro: Repro;
  readonly outcome: Outcome;
  readonly folder?: string;
}

/** How many damaged files are told by name: a history can have 500,000. */
const MOST_TOLD = 20;

/** Repeats a run as a run of its own, whose record says whether it gave the same; what stands in the way is recorded too. */
export async function repeatRun(
  context: Context,
  lab: Lab,
  run: AnsweredRun,
  choices: RepeatChoices,
): Promise<Repeated> {
  const recorded = await readRecordedRun(run.folder, run.manifest, breath(context.world));
  const parent = { ...run, recorded };
  const unfit = unfitParent(parent);
  if (unfit !== undefined) return await giveUp(context, lab, parent, unfit.cause, unfit.problem);
  try {
    const outcome = await repeat(context, lab, parent, choices);
    if (outcome.run?.repro === undefined) throw new Error('a repetition ended without a verdict');
    const [record = ''] = outcome.artifacts ?? [];
    return { repro: outcome.run.repro, outcome, folder: dirname(record) };
  } catch (error) {
    const cause = error instanceof Problem ? hindranceOf(error.kind) : undefined;
    // A disk that fails and a signal are about this command, and no record of them can be promised.
    if (cause === undefined || cause === 'disk' || cause === 'interrupted') throw error;
    return await giveUp(context, lab, parent, cause, error as Problem);
  }
}

async function repeat(context: Context, lab: Lab, parent: Parent, choices: RepeatChoices): Promise<Outcome> {
  const spec = specOf(parent);
  const bytes = bytesOf(parent, specCopy);
  takeSecrets(context, lab, { spec, bytes, shown: parent.manifest.task.spec_path });
  const judge = judgeAgainst(parent);
  // Each of them loads a half of the program that the other has no use for.
  if (spec.kind !== 'llm') {
    const { repeatMining } = await import('./repeat-mining.ts');
    return await repeatMining(context, lab, parent, spec, choices, judge);
  }
  const { repeatAnswer } = await import('./repeat-answer.ts');
  return await repeatAnswer(context, lab, parent, spec, choices, judge);
}

/** The spec as it was then. Throws `spec_invalid` where this timelab takes it no more. */
function specOf(parent: Parent): Spec {
  return requireSpec(bytesOf(parent, specCopy), parent.manifest.task.spec_path);
}

function bytesOf({ recorded }: Parent, file: string): Buffer {
  return recorded.inputs.find(({ path }) => path === file)?.bytes ?? Buffer.alloc(0);
}

/** Why nothing could be held against a run, whatever came of repeating it. */
function unfitParent({ manifest, recorded }: Parent): { cause: ReproCause; problem: Problem } | undefined {
  const { status, error } = manifest;
  if (!isAnswered(manifest) || answerFiles(manifest) === undefined) {
    const kind = error === undefined ? '' : ` (${error.kind})`;
    const reason = status === 'running' ? 'It has not ended yet' : `It ended as "${status}"${kind}`;
    return { cause: 'parent', problem: new Problem('cannot_tell', `${reason}: there is no answer of it.`) };
  }
  const [first] = recorded.damaged;
  if (first === undefined) return undefined;
  const more = recorded.damaged.length - 1;
  const files = more === 0 ? `${first} is` : `${first} and ${more} more of its files are`;
  const faults = recorded.damaged
    .slice(0, MOST_TOLD)
    .map((path) => ({ pointer: path, reason: 'is not as recorded' }));
  const problem = new Problem('cannot_tell', `${files} not as recorded.`, more === 0 ? {} : { faults });
  return { cause: 'artifacts', problem };
}

/** Says of a run that has ended whether it gave what its parent gave. */
function judgeAgainst(parent: Parent): Judge {
  return async (ended, folder) => {
    const { changed } = compareRuns({ manifest: parent.manifest }, { manifest: ended });
    const repro = isAnswered(ended)
      ? compared(changed, await compareAnswers(parent, folder))
      : hindered(changed, (ended.error && hindranceOf(ended.error.kind)) ?? 'backend');
    return { ...ended, repro };
  };
}

/** Records that nothing could be repeated, and why; where the spec is lost, there is nothing to record it by. */
async function giveUp(
  context: Context,
  lab: Lab,
  parent: Parent,
  cause: ReproCause,
  problem: Problem,
): Promise<Repeated> {
  const { recorded, manifest } = parent;
  if (recorded.damaged.includes(specCopy)) {
    const lost = manifest.inputs.some(({ path }) => path !== specCopy && recorded.damaged.includes(path));
    return { repro: hindered(lost ? ['spec', 'inputs'] : ['spec'], cause), outcome: { problem } };
  }
  const { world } = context;
  const began = world.elapsed();
  const { call, patch } = await repeatedCall(world, lab, parent, false);
  const run = await beginRun(world, lab, runPlace(manifest.task.kind), (start) => beginRecord(call, start));
  await keepInputs(run, keptBy(parent), patch);
  const durationSeconds = (world.elapsed() - began) / 1000;
  const ended = endRecord(run.manifest, { end: world.now(), durationSeconds, hosts: [], problem });
  // No model was asked, so nothing is known of it.
  const { model: _, ...known } = manifest;
  const repro = hindered(compareRuns({ manifest: known }, { manifest: ended }).changed, cause);
  const final = await run.finish({ ...ended, repro });
  const artifacts = ['run.json', ...final.artifacts].map((path) => join(run.path, path));
  return { repro, outcome: { artifacts, run: final, problem }, folder: run.path };
}
