import { basename, resolve } from 'node:path';
import {
  type AiCall,
  localTime,
  type ModelName,
  modelRequest,
  parseModelName,
  requireSpec,
  runNameFrom,
  sha256,
  shellWords,
  shownModelName,
  specCopy,
} from '@timelab/core';
import type { Lab } from '@timelab/store';
import type { Context } from '../command.ts';
import { readCode } from '../effects/code/git.ts';
import { readEnvironment } from '../effects/environment.ts';
import { readFlake } from '../effects/flake.ts';
import { readInputFiles, readSpecFile, shownSpecPath } from '../effects/inputs.ts';
import { takeSecrets } from '../effects/masking/named-secrets.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';
import { type RecordedChoices, recordedWords } from '../recorded-choices.ts';
import { wrongKind } from '../wrong-kind.ts';

/** What `ai` takes beside a spec, as far as it shapes the call or its record. */
export interface AnswerChoices extends RecordedChoices {
  readonly spec: string;
  readonly allowNet?: boolean;
  readonly cold?: boolean;
  readonly tz?: string;
}

/** Everything that a run of `ai` is made of, read before anything is written. */
export type LookedAnswer = Awaited<ReturnType<typeof lookForAnswer>>;

/** Reads the spec, the files that it names, and the state of the lab. */
export async function lookForAnswer(context: Context, options: AnswerChoices, lab: Lab) {
  const { world } = context;
  const { root } = lab;
  const specFile = await readSpecFile(resolve(world.cwd, options.spec), options.spec);
  const spec = requireSpec(specFile.bytes, options.spec);
  if (spec.kind !== 'llm') throw wrongKind('ai', options.spec, spec.kind);
  takeSecrets(context, lab, { spec, bytes: specFile.bytes, shown: options.spec });
  if (spec.validation.json_schema !== undefined) {
    // Loaded only where it is wanted: the validator is the largest part of the program.
    const { compileSchema } = await import('../effects/schema-check.ts');
    compileSchema(spec.validation.json_schema);
  }
  const [files, code, environment, flake] = await Promise.all([
    readInputFiles(spec.inputs.files, specFile.path, root, secretKeeper(world).mask),
    readCode(world, root),
    readEnvironment(world, root),
    readFlake(world),
  ]);
  return { root, spec, specFile, files, code, environment, flake };
}

/** What is asked of a model, the spec's or the one that `asked` puts in its place, and what the record says of it. */
export function planAnswer(
  { world }: Context,
  options: AnswerChoices,
  looked: LookedAnswer,
  asked: ModelName | undefined,
): AiCall {
  const { spec, specFile, files, code, environment, flake, root } = looked;
  const specPath = shownSpecPath(root, specFile.path);
  const model = shownModelName(asked ?? parseModelName(spec.config.model));
  const { tz } = options;
  return {
    spec,
    name: spec.name ?? runNameFrom(basename(specFile.path)),
    specPath,
    specHash: sha256(specFile.bytes),
    cmd: commandLine(specPath, options, asked),
    model,
    request: modelRequest(
      spec,
      files.map((file) => file.quoted),
    ),
    inputs: [
      {
        path: specCopy,
        source: specPath,
        bytes: specFile.bytes.length,
        sha256: sha256(specFile.bytes),
      },
      ...files.map(({ path, source, bytes, sha256: digest }) => ({ path, source, bytes, sha256: digest })),
    ],
    code: { ...code.state, notes: [...code.state.notes, ...maskedNotes(files)] },
    environment,
    ...(flake === undefined ? {} : { flake }),
    allowNet: spec.allow_net || options.allowNet === true,
    clockSet: world.clockSet,
    ...(tz === undefined ? {} : { localTime: (start: Date) => localTime(start, tz) }),
  };
}

/** Says of each file in which a secret stood that it is not as it was. */
function maskedNotes(files: LookedAnswer['files']): string[] {
  return files
    .filter(({ masked }) => masked)
    .map(
      ({ source }) => `${source} held a secret: in what was asked and is kept, its name stands in its place.`,
    );
}

function commandLine(specPath: string, options: AnswerChoices, asked: ModelName | undefined): string {
  const words = ['timelab', 'ai', '--spec', specPath];
  if (asked !== undefined) words.push('--model', shownModelName(asked));
  if (options.allowNet === true) words.push('--allow-net');
  if (options.cold === true) words.push('--cold');
  words.push(...recordedWords(options));
  if (options.tz !== undefined) words.push('--tz', options.tz);
  return shellWords(words);
}
