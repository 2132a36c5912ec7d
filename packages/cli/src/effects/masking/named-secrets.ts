import { heldSecrets, type Json, Problem, type Spec, secretsOf, whyTooCommon } from '@timelab/core';
import type { Lab } from '@timelab/store';
import type { Context } from '../../command.ts';
import { envLab, readEnvLab } from './env-lab.ts';
import { secretKeeper } from './secret-keeper.ts';

/** A spec, its bytes, and what it is called in messages. */
export interface SecretiveSpec {
  readonly spec: Pick<Spec, 'secrets'>;
  readonly bytes: Uint8Array;
  readonly shown: string;
}

/**
 * Has the secrets that a spec names at hand and masked from now on, before any work is done. Throws `secret_missing` for one
 * that is nowhere, and `secret_held` where the spec itself holds one.
 */
export function takeSecrets(context: Context, lab: Lab, { spec, bytes, shown }: SecretiveSpec): void {
  const keeper = secretKeeper(context.world);
  const { env } = context.world;
  const ofLab = spec.secrets.length === 0 ? undefined : readEnvLab(lab.root);
  for (const name of new Set(spec.secrets)) {
    const value = ofLab?.get(name) || env[name] || '';
    if (value === '') throw missing(name, shown);
    keeper.learn(secretsOf(name, value));
    keeper.hand(name, value);
    if (ofLab?.get(name) !== value) tellUnmasked(context, name, value, 'the environment');
  }
  refuseHeld(context, bytes, shown);
}

/** Has all secrets of a lab masked from now on; says which of them cannot be. */
export function learnSecrets(context: Context, lab: Lab): void {
  const keeper = secretKeeper(context.world);
  for (const [name, value] of readEnvLab(lab.root)) {
    keeper.learn(secretsOf(name, value));
    tellUnmasked(context, name, value, envLab);
  }
}

/** The same where they can be read; where they cannot, the finding that says so is the doctor's. */
export function learnReadableSecrets(context: Context, lab: Lab): void {
  try {
    learnSecrets(context, lab);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/** Why the secrets of a lab cannot be read, in words; undefined where they can, or there are none. */
export function unreadableSecrets(root: string): string | undefined {
  try {
    readEnvLab(root);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

/** Refuses what is about to be kept as it is, if a secret stands in it. */
function refuseHeld({ world }: Context, bytes: Uint8Array, shown: string): void {
  const value: Json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const faults = heldSecrets(value, secretKeeper(world).mask);
  if (faults.length > 0)
    throw new Problem('secret_held', `${shown} holds what must not be kept.`, { faults });
}

function tellUnmasked({ report }: Context, name: string, value: string, place: string): void {
  const why = value === '' ? undefined : whyTooCommon(value.trim());
  if (why !== undefined) report.say(`${name} of ${place} ${why}: it is not masked.`);
}

const missing = (name: string, shown: string) =>
  new Problem(
    'secret_missing',
    `${shown} names the secret ${name}, which is neither in ${envLab} nor in the environment.`,
  );
