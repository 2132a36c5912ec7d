import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Problem } from '@timelab/core';
import { identifySelf, type Lab, openLab, settle } from '@timelab/store';
import type { Context } from '../command.ts';
import { learnSecrets } from './masking/named-secrets.ts';
import { secretKeeper } from './masking/secret-keeper.ts';

/**
 * Opens the lab that a command works in: the folder that --lab names, or the git repository above the working folder. Its
 * secrets are masked from then on, in all that is written or said.
 */
export function findLab(context: Context): Lab {
  const lab = labOf(context);
  refuseOpenSecrets(lab);
  learnSecrets(context, lab);
  return { ...lab, mask: secretKeeper(context.world).mask };
}

/** Has the secrets of the lab masked that a command is called in, if it is one; no lab is needed. */
export function learnSecretsHere(context: Context): void {
  try {
    findLab(context);
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'lab_not_found') throw error;
  }
}

/** The same for a command that changes nothing there and says what is wrong: open secrets are no reason to refuse. */
export function labOf({ world, global }: Context): Lab {
  return { ...placeOf({ world, global }), ...runModeIn(world.env) };
}

function placeOf({ world, global }: Pick<Context, 'world' | 'global'>): Lab {
  if (global.lab === '') throw new Problem('usage', 'The folder that --lab names is empty.');
  if (global.lab !== undefined) {
    // Files are known by paths without links, and are to be seen to lie in the lab.
    return openLab(realpathSync(openLab(resolve(world.cwd, global.lab)).root));
  }
  const top = gitToplevel(world.cwd);
  if (top !== undefined) return openLab(top);
  throw new Problem('lab_not_found', `${world.cwd} is in no git repository, so it is in no lab.`);
}

/** The modes that run folders may have, by how TIMELAB_RUN_MODE names them. */
const runModes: Readonly<Record<string, number>> = { '0700': 0o700, '0750': 0o750, '0755': 0o755 };

/** Who may read the lab's runs, beside who made them; throws `usage` for what no run folder may be. */
function runModeIn(env: Context['world']['env']): Pick<Lab, 'runMode'> {
  const asked = env['TIMELAB_RUN_MODE'] ?? '';
  if (asked === '') return {};
  const runMode = Object.hasOwn(runModes, asked) ? runModes[asked] : undefined;
  if (runMode !== undefined) return { runMode };
  const hint = `It can be ${Object.keys(runModes).join(', ')}.`;
  throw new Problem('usage', `TIMELAB_RUN_MODE is ${JSON.stringify(asked)}, which no run folder may have.`, {
    hint,
  });
}

/** Keys that lie in a lab's `secrets/` are its owner's alone, or nothing is done there; throws `secrets_exposed`. */
function refuseOpenSecrets({ root }: Lab): void {
  const exposed = exposedSecrets(root);
  if (exposed !== undefined) throw new Problem('secrets_exposed', exposed);
}

/** How a lab's `secrets` can be read by others, in words; nothing where they cannot. */
export function exposedSecrets(root: string): string | undefined {
  const found = lstatSync(join(root, 'secrets'), { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return undefined;
  if (!found.isDirectory()) return 'secrets is no folder, and could lead anywhere.';
  const mode = found.mode & 0o777;
  return (mode & 0o077) === 0 ? undefined : `secrets/ has the mode 0${mode.toString(8)}.`;
}

/** The nearest folder, from here upwards, that holds a `.git`; a work tree's may be a file. */
export function gitToplevel(from: string): string | undefined {
  if (existsSync(join(from, '.git'))) return from;
  const above = dirname(from);
  return above === from ? undefined : gitToplevel(above);
}

/** Opens the lab for a command that writes: runs whose processes have died are settled first. */
export async function openForWriting(context: Context): Promise<Lab> {
  const lab = findLab(context);
  await settle(lab, identifySelf());
  return lab;
}
