import { readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import {
  type Determinism,
  type EarnedDeterminism,
  earnedDeterminism,
  formatProbe,
  type ModelDescription,
  type ProbedSettings,
  type ProbeRecord,
  Problem,
  probedModel,
  probeKey,
  readProbe,
  sha256,
} from '@timelab/core';
import { makeFoldersDurable, writeFileDurable } from '@timelab/store';
import type { World } from '../../world.ts';
import { userFolder } from '../folders.ts';

/** The folder of the records of probes: below XDG_STATE_HOME, whose files stay with a machine, as it is of that machine. */
export function probesFolder(world: World): string {
  return join(userFolder(world, 'XDG_STATE_HOME'), 'probes');
}

/** Keeps a record, durably, in place of an earlier one of the same model; gives its path. */
type KeepProbe = (record: ProbeRecord) => Promise<string>;

/** Makes the folder of the records, so that it is known before a probe begins that it can be kept. Throws `disk_error`. */
export async function openShelf(world: World): Promise<KeepProbe> {
  const folder = probesFolder(world);
  await keeping(folder, makeFoldersDurable(parse(folder).root, folder));
  return async (record) => {
    const path = join(folder, `${probeKey(record.model)}.json`);
    await keeping(folder, writeFileDurable(path, formatProbe(record)));
    return path;
  };
}

async function keeping(folder: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw new Problem('disk_error', `A probe cannot be kept in ${folder} (${reason}).`, {
      hint: 'Set XDG_STATE_HOME to a folder that can be written.',
      cause: error,
    });
  }
}

/** How sure a repeat of a described model's answers is, by the probe that this machine has kept of it, if there is one. */
export async function earned(
  world: World,
  model: ModelDescription,
  claimed: Determinism,
  settings: ProbedSettings = {},
): Promise<EarnedDeterminism> {
  // Of a model without a digest, or on another host, nothing is known; and a recording was given by no model.
  if (model.hash === undefined || model.remoteHost !== undefined || claimed.tier === 'T3') return claimed;
  const probed = probedModel(model);
  const text = await readFile(join(probesFolder(world), `${probeKey(probed)}.json`), 'utf8').catch(
    () => undefined,
  );
  const record = text === undefined ? undefined : readProbe(text, probed);
  const kept = text === undefined || record === undefined ? undefined : { record, sha256: sha256(text) };
  return earnedDeterminism(claimed, kept, settings);
}
