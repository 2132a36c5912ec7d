import type { Manifest } from '@timelab/core';
import { claimRun, identifySelf, type Lab, type RunDraft, type RunFolder, settle } from '@timelab/store';
import { patchPath } from '../effects/code/git.ts';
import type { World } from '../world.ts';

/** A file that a run keeps of what it was made from, by its path in the run. */
export type KeptFile = readonly [path: string, data: Uint8Array | string];

/** Claims the folder of a new run, after runs whose processes have died are settled; `begin` makes its first record. */
export async function beginRun(
  world: World,
  lab: Lab,
  section: RunDraft['section'],
  begin: (start: Date) => Manifest,
): Promise<RunFolder> {
  await settle(lab, identifySelf());
  const draft = (start: Date) => ({ section, manifest: begin(start) });
  return await claimRun(lab, draft, world, identifySelf());
}

/** Keeps in a run what it was made from, in this order, and the patch of the lab's code where there is one. */
export async function keepInputs(
  run: RunFolder,
  files: Iterable<KeptFile>,
  patch: Uint8Array | undefined,
): Promise<void> {
  for (const [path, data] of files) await run.add(path, data);
  if (patch !== undefined) await run.add(patchPath, patch);
}
