import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Manifest,
  type ModelName,
  namePattern,
  parseModelName,
  type RunCall,
  runNameFrom,
  shellWords,
} from '@timelab/core';
import type { Lab } from '@timelab/store';
import { readCode } from '../effects/code/git.ts';
import type { AnsweredRun } from '../effects/compare-answers.ts';
import { readEnvironment } from '../effects/environment.ts';
import { readFlake } from '../effects/flake.ts';
import type { RecordedRun } from '../effects/recorded-run.ts';
import type { World } from '../world.ts';
import type { KeptFile } from './begin-run.ts';

/** The run that is repeated, with what could be read of it. */
export interface Parent extends AnsweredRun {
  readonly recorded: RecordedRun;
}

/** What `repro` takes beside a run. */
export interface RepeatChoices {
  readonly allowNet: boolean;
  /** Where the model is now, if not where it was. */
  readonly model?: string;
}

/** The files that a run was made from, as a repetition keeps them too. */
export const keptBy = ({ recorded }: Parent) =>
  recorded.inputs.map(({ path, bytes }): KeptFile => [path, bytes]);

/** What is asked as it was then, in the lab as it is now; and the patch of its tree, if that is dirty. */
export async function repeatedCall(
  world: World,
  lab: Lab,
  parent: Parent,
  allowNet: boolean,
): Promise<{ readonly call: RunCall; readonly patch?: Buffer }> {
  const [code, environment, flake] = await Promise.all([
    readCode(world, lab.root),
    readEnvironment(world, lab.root),
    readFlake(world),
  ]);
  const { run_id, task, inputs } = parent.manifest;
  const { kind, tags = [], spec_path: specPath, inputs_hash: specHash } = task;
  const whole = new Set(parent.recorded.inputs.map(({ path }) => path));
  const call = {
    ...{ spec: { kind, tags }, name: repeatedName(parent.manifest), specPath, specHash },
    cmd: repeatingCommand(parent.manifest),
    parentRunId: run_id,
    inputs: inputs.filter(({ path }) => whole.has(path)),
    code: code.state,
    environment,
    ...(flake === undefined ? {} : { flake }),
    allowNet,
    clockSet: world.clockSet,
  };
  return code.patch === undefined ? { call } : { call, patch: code.patch };
}

/**
 * The model that answered then, which a flag can have put in place of the one that is `asked` for. A weights file is known by its path
 * from the folder that was called from, which the record does not tell: it is looked for from the top of the lab first.
 */
export function repeatedModel(
  cwd: string,
  lab: Lab,
  { manifest }: Parent,
  asked: string,
  { model }: RepeatChoices,
): ModelName {
  if (model !== undefined) return parseModelName(model);
  const name = parseModelName(manifest.model?.name ?? asked);
  const isFile = name.backend === 'llamacpp' && /[/\\]|\.gguf$/i.test(name.model);
  const path = resolve(lab.root, name.model);
  return isFile && cwd !== lab.root && existsSync(path) ? { ...name, model: path } : name;
}

/** What a run was called, which becomes part of a path again: a record that came from elsewhere can hold anything there. */
export function repeatedName({ task }: Manifest): string {
  return namePattern.test(task.name) ? task.name : runNameFrom(task.name);
}

/** The command that repeats a run, as the record of a repetition has it. */
export function repeatingCommand({ run_id }: Manifest): string {
  return shellWords(['timelab', 'repro', run_id]);
}
