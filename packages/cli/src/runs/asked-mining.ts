import { basename, resolve } from 'node:path';
import {
  type AnalysisSpec,
  type MiningSpec,
  type ModelName,
  requireSpec,
  runNameFrom,
  shellWords,
  specCopy,
} from '@timelab/core';
import type { Context } from '../command.ts';
import { readSpecFile, shownSpecPath } from '../effects/inputs.ts';
import type { FlaggedSpec } from '../flagged-spec.ts';
import { type RecordedChoices, recordedWords } from '../recorded-choices.ts';
import { commandOf, wrongKind } from '../wrong-kind.ts';
import type { Judge } from './end-run.ts';

/** What `mine` and `summ` take beside a spec. */
export interface MiningChoices extends RecordedChoices {
  readonly allowNet?: boolean;
  /** Whether a run of the same work is made again. */
  readonly again?: boolean;
  readonly tz?: string;
}

/** A run of `mine` or `summ` that is repeated: the same commits are mined, whatever a walk would find now. */
interface RepeatedMining {
  readonly runId: string;
  readonly ids: readonly string[];
  /** The model that added its words then, as it is called now. */
  readonly model?: ModelName;
  readonly judge: Judge;
}

/** What is asked of `mine` or `summ`, by a spec file or by flags. */
export interface AskedMining {
  readonly spec: MiningSpec | AnalysisSpec;
  /** The spec's own bytes, or the canonical ones of the spec that flags stand for. */
  readonly bytes: Buffer;
  /** As the record shows it. */
  readonly specPath: string;
  /** What the run is called; by its commit if left out. */
  readonly name?: string;
  readonly cmd: string;
  readonly choices: MiningChoices;
  /** The run that is repeated, if one is. */
  readonly repeats?: RepeatedMining;
  /** Whether a spec file asks: what is wrong with it is bad data then, not a wrong call. */
  readonly bySpec: boolean;
}

/** What flags ask. `shown` are the flags as the record shows them, in their order. */
export function askedByFlags(
  command: 'mine' | 'summ',
  { spec, bytes }: FlaggedSpec<MiningSpec | AnalysisSpec>,
  name: string | undefined,
  shown: readonly string[],
  choices: MiningChoices,
): AskedMining {
  const cmd = shellWords(['timelab', command, ...shown, ...choiceWords(choices)]);
  return {
    spec,
    bytes,
    specPath: specCopy,
    ...(name === undefined ? {} : { name }),
    cmd,
    choices,
    bySpec: false,
  };
}

/** What a spec file asks; throws `spec_invalid` for one of another kind. */
export async function askedBySpec(
  { world }: Context,
  labRoot: string,
  command: 'mine' | 'summ',
  file: string,
  choices: MiningChoices,
): Promise<AskedMining> {
  const { bytes, path } = await readSpecFile(resolve(world.cwd, file), file);
  const spec = requireSpec(bytes, file);
  if (commandOf[spec.kind] !== command) throw wrongKind(command, file, spec.kind);
  const specPath = shownSpecPath(labRoot, path);
  return {
    spec: spec as MiningSpec | AnalysisSpec,
    bytes,
    specPath,
    name: spec.name ?? runNameFrom(basename(path)),
    cmd: shellWords(['timelab', command, '--spec', specPath, ...choiceWords(choices)]),
    choices,
    bySpec: true,
  };
}

/** Whether other machines may be reached, by the spec's word or the call's. */
export function isNetAllowed({ spec, choices }: AskedMining): boolean {
  return spec.allow_net || choices.allowNet === true;
}

function choiceWords({ allowNet, again, tz, ...recorded }: MiningChoices): string[] {
  return [
    ...recordedWords(recorded),
    ...(allowNet === true ? ['--allow-net'] : []),
    ...(again === true ? ['--again'] : []),
    ...(tz === undefined ? [] : ['--tz', tz]),
  ];
}
