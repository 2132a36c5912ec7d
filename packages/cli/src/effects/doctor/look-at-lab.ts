import { accessSync, constants, existsSync, lstatSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { LabSight } from '@timelab/core';
import { examineLab, identifySelf, type Lab, reasonOf } from '@timelab/store';
import type { World } from '../../world.ts';
import { breath } from '../breath.ts';
import { gitIn, gitSilence } from '../code/git.ts';
import { exposedSecrets } from '../lab.ts';
import { unreadableSecrets } from '../masking/named-secrets.ts';

/** Looks at all of a lab that can be wrong, and changes nothing. Throws Problems of the disk. */
export async function lookAtLab(world: World, lab: Lab): Promise<LabSight> {
  const means = { lab, self: identifySelf(), now: world.now(), pause: breath(world) };
  const [examination, repository] = await Promise.all([examineLab(means), whyNoRepository(world, lab.root)]);
  const secrets = exposedSecrets(lab.root) ?? unreadableSecrets(lab.root);
  const room = roomIn(lab.root);
  return {
    ...examination,
    root: lab.root,
    closed: closedPlaces(lab.root),
    ...(secrets === undefined ? {} : { secrets: secrets.replace(/\.$/, '') }),
    ...(room === undefined ? {} : { room }),
    ...(repository === undefined ? {} : { repository }),
  };
}

async function whyNoRepository(world: World, root: string): Promise<string | undefined> {
  const { code, stderr } = await gitIn(world, root)('rev-parse', '--git-dir');
  return code === 0 ? undefined : gitSilence(code, stderr);
}

/** The places that every run writes to, where this user may not; root may everywhere that is not mounted read-only. */
function closedPlaces(root: string): { path: string; reason: string }[] {
  return ['.', '.timelab', '.timelab/running', 'latest/ai-team/artifacts', 'latest/analyzer/outputs'].flatMap(
    (path) => {
      const place = join(root, path);
      const isLink =
        path.startsWith('.timelab') && lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink();
      const reason = isLink ? 'it is a link' : existsSync(place) ? whyClosed(place) : undefined;
      return reason === undefined ? [] : [{ path, reason }];
    },
  );
}

/** Why a folder cannot be written by this user, in words; nothing where it can. */
export function whyClosed(folder: string): string | undefined {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return reasonOf(error) ?? String(error);
  }
}

/** What a file system has left for this user; nothing where it does not say, as some that grow as they are filled. */
function roomIn(folder: string): LabSight['room'] {
  try {
    const { bavail, bsize, files, ffree, blocks } = statfsSync(folder);
    if (blocks === 0) return undefined;
    return { bytes: bavail * bsize, ...(files === 0 ? {} : { files: ffree }) };
  } catch {
    return undefined;
  }
}
