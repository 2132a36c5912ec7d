import {
  type AiCall,
  aiPlace,
  beginAi,
  type LlmSpec,
  modelRequest,
  Problem,
  type QuotedFile,
  shownModelName,
  specCopy,
} from '@timelab/core';
import type { Lab } from '@timelab/store';
import type { Context, Outcome } from '../command.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';
import { answerCall } from './ask-model.ts';
import { beginRun, keepInputs } from './begin-run.ts';
import type { Judge } from './end-run.ts';
import { openBackend } from './open-backend.ts';
import { keptBy, type Parent, type RepeatChoices, repeatedCall, repeatedModel } from './repeated-call.ts';

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
  const model = repeatedModel(world.cwd, lab, parent, spec.config.model, choices);
  const request = modelRequest(spec, quotedFiles(parent, spec));
  const made = await repeatedCall(world, lab, parent, spec.allow_net || choices.allowNet);
  const call: AiCall = { ...made.call, spec, model: shownModelName(model), request };
  // What was asked of a model that had been unloaded is asked so again.
  const cold = parent.manifest.model?.sent?.['unload_first'] === true;
  const backend = await openBackend(context, model, {
    allowNet: call.allowNet,
    cold,
    engine: request.params,
  });
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
