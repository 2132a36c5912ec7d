import { type AnalysisSpec, commitList, type MiningSpec, specCopy } from '@timelab/core';
import type { Lab } from '@timelab/store';
import type { Context, Outcome } from '../command.ts';
import type { Judge } from './end-run.ts';
import { mineHistory } from './mine-history.ts';
import {
  type Parent,
  type RepeatChoices,
  repeatedModel,
  repeatedName,
  repeatingCommand,
} from './repeated-call.ts';

/** Mines the commits of a run of `mine` or `summ` again, as a run of its own; which they are its record says. */
export async function repeatMining(
  context: Context,
  lab: Lab,
  parent: Parent,
  spec: MiningSpec | AnalysisSpec,
  choices: RepeatChoices,
  judge: Judge,
): Promise<Outcome> {
  const { manifest, recorded } = parent;
  const { allowNet } = choices;
  const kept = (path: string) => recorded.inputs.find((input) => input.path === path)?.bytes;
  const ids = (kept(commitList)?.toString('latin1') ?? '').split('\n').filter((id) => id !== '');
  const { task, run_id: runId } = manifest;
  const words = manifest.model?.name;
  const model =
    words === undefined ? {} : { model: repeatedModel(context.world.cwd, lab, parent, words, choices) };
  return await mineHistory(context, lab, {
    spec,
    bytes: kept(specCopy) ?? Buffer.alloc(0),
    specPath: task.spec_path,
    name: repeatedName(manifest),
    cmd: repeatingCommand(manifest),
    choices: { allowNet },
    repeats: { runId, ids, judge, ...model },
    bySpec: true,
  });
}
