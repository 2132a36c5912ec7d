import type { Backend, ModelName } from '@timelab/core';
import {
  createBackend,
  maskingBackend,
  type Question,
  type Reuse,
  recordingBackend,
  replayBackend,
} from '@timelab/models';
import { type Lab, openRecordings, type RunFolder } from '@timelab/store';
import type { Context } from '../command.ts';
import { backendOptions } from '../effects/backend-options.ts';
import { type EngineSettings, refuseEngineSettings } from '../effects/engine-settings.ts';
import { refusePrivateWords } from '../effects/masking/private-words.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';
import type { RecordedChoices } from '../recorded-choices.ts';

/** How a model is to be asked. */
export interface Asking extends RecordedChoices {
  readonly allowNet: boolean;
  /** Whether it starts cold, with nothing left of earlier requests. */
  readonly cold?: boolean | undefined;
  /** What is asked of the engine itself: which of its code it runs, and on how many threads. */
  readonly engine?: EngineSettings;
}

/** The backend of a call, and every host that it will have reached. */
export interface OpenBackend {
  readonly backend: Backend;
  readonly hosts: ReadonlySet<string>;
  /** Whether a recorded answer of the same weights to the same request is given, and nothing asked. */
  readonly cache?: boolean | undefined;
  readonly cold?: boolean | undefined;
  /** Whether all answers are recordings, so that there is nothing to be kept. */
  readonly replayed?: boolean;
}

/** Opens the backend of a model; nothing is reached yet, but settings that make no sense are found. */
export async function openBackend(
  { world }: Context,
  model: ModelName,
  { allowNet, cold, cache, engine = {} }: Asking,
): Promise<OpenBackend> {
  refuseEngineSettings(model, engine);
  const hosts = new Set<string>();
  const reach = backendOptions(world, allowNet, hosts);
  // What a spec says of one question goes before what the environment says of all.
  const options = { ...reach, cold, cpu: engine.cpu ?? reach.cpu };
  return { backend: await createBackend(model, options), hosts, cache, cold };
}

/**
 * Opens what is to answer: the model, or where `replay` says so its recorded answers, all of them or none. What is to be
 * asked has to be known only then. Throws `recording_missing` and `recording_ambiguous`.
 */
export async function openAnswering(
  context: Context,
  lab: Lab,
  model: ModelName,
  { replay, fromRun, ...asking }: Asking,
  questions: () => Question[] | Promise<Question[]>,
): Promise<OpenBackend> {
  if (replay !== true) return await openBackend(context, model, asking);
  const { backend, hosts } = await openBackend(context, model, { ...asking, engine: {} });
  const recordings = openRecordings(lab, () => undefined);
  const recorded = await replayBackend(backend, { recordings, questions: await questions(), fromRun });
  return { backend: recorded, hosts, replayed: true };
}

/**
 * The same backend for a claimed run: its answers hold no secret, and are kept among the lab's recordings as they come.
 * What `interrupted` runs were answered is not asked again. `notes` hears why an answer was not kept or not used.
 */
export function answering(
  context: Context,
  run: RunFolder,
  open: OpenBackend,
  notes: Set<string>,
  interrupted: readonly string[] = [],
): Backend {
  const reuse = open.cache === true ? 'all' : interrupted.length > 0 && new Set(interrupted);
  const kept = open.replayed === true ? open.backend : keeping(context, run, open.backend, reuse, notes);
  return maskingBackend(kept, secretKeeper(context.world).mask);
}

function keeping(
  { world }: Context,
  run: RunFolder,
  live: Backend,
  reuse: Reuse,
  notes: Set<string>,
): Backend {
  return recordingBackend(live, {
    recordings: openRecordings(run.lab, refusePrivateWords(world)),
    run: { run_id: run.manifest.run_id, path: run.relativePath },
    reuse,
    now: () => world.now(),
    note: (words) => notes.add(words),
  });
}
