import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type AiCall,
  aiPlace,
  beginAi,
  type LlmSpec,
  type ModelName,
  modelRequest,
  Problem,
  parseModelName,
  type QuotedFile,
  shownModelName,
  specCopy,
} from '@timelab/core';
import type { Lab } from '@timelab/store';
import type { Context, Outcome } from '../command.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';
import { answerCall, openBackend } from './ask-model.ts';
import { beginRun, keepInputs } from './begin-run.ts';
import type { Judge } from './end-run.ts';
import { keptBy, type Parent, type RepeatChoices, repeatedCall } from './repeated-call.ts';

/** Asks the model of a run of `ai` the same again, as a run of its own. */
export async function repeatAnswer(
  context: Context,
  lab: Lab,
  parent: Parent,
  spec: LlmSpec,
  choices: RepeatChoices,
  judge: Judge,
): Promise<Outcome> {
  const { world } = context;
  refuseOpenInputs(context, parent);
  const model = modelOf(world.cwd, lab, parent, spec, choices);
  const request = modelRequest(spec, quotedFiles(parent, spec));
  const made = await repeatedCall(world, lab, parent, spec.allow_net || choices.allowNet);
  const call: AiCall = { ...made.call, spec, model: shownModelName(model), request };
  // What was asked of a model that had been unloaded is asked so again.
  const cold = parent.manifest.model?.sent?.['unload_first'] === true;
  const backend = await openBackend(context, model, call.allowNet, { cold, engine: request.params });
  const run = await beginRun(world, lab, aiPlace, (start) => beginAi(call, start));
  await keepInputs(run, keptBy(parent), made.patch);
  return await answerCall(context, call, run, backend, false, judge);
}

/** What was kept before a secret was known cannot be asked again: it would be written once more. Throws `secret_held`. */
function refuseOpenInputs({ world }: Context, { recorded }: Parent): void {
  const { mask } = secretKeeper(world);
  for (const { path, bytes } of recorded.inputs) {
    const found = mask.find(bytes);
    if (found !== undefined)
      throw new Problem('secret_held', `${path} of the run holds the value of ${found.name}.`);
  }
}

/**
 * The model that answered then, which a flag can have put in the spec's place. A weights file is known by its path
 * from the folder that was called from, which the record does not tell: it is looked for from the top of the lab first.
 */
function modelOf(
  cwd: string,
  lab: Lab,
  { manifest }: Parent,
  spec: LlmSpec,
  choices: RepeatChoices,
): ModelName {
  if (choices.model !== undefined) return parseModelName(choices.model);
  const name = parseModelName(manifest.model?.name ?? spec.config.model);
  const isFile = name.backend === 'llamacpp' && /[/\\]|\.gguf$/i.test(name.model);
  const path = resolve(lab.root, name.model);
  return isFile && cwd !== lab.root && existsSync(path) ? { ...name, model: path } : name;
}

/** The files that the model was given, by the names that the spec has for them. */
function quotedFiles({ recorded }: Parent, spec: LlmSpec): QuotedFile[] {
  const files = recorded.inputs.filter(({ path }) => path !== specCopy);
  if (files.length !== spec.inputs.files.length)
    throw new Problem(
      'input_invalid',
      `The record keeps ${files.length} files, and its spec names ${spec.inputs.files.length}.`,
    );
  return spec.inputs.files.map((name, at) => ({ name, text: files[at]?.bytes.toString('utf8') ?? '' }));
}
