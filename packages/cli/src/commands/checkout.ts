import { resolve } from 'node:path';
import { Problem } from '@timelab/core';
import { findRun, requireManifest } from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { checkoutCode } from '../effects/code/checkout-code.ts';
import { findLab } from '../effects/lab.ts';

export const configure: Configure = (command, act) => {
  command
    .description('Rebuild the code that a run was made with, commit and changes, in a new folder.')
    .argument('<run>', 'a path, an id or its first 4 digits, latest, latest~2')
    .argument('<dir>', 'the folder to make; it may be there if it is empty')
    .addHelpText('after', '\nExample:\n  $ timelab checkout latest ../as-it-was')
    .action(act(async (context, run: string, dir: string) => await checkout(context, run, dir)));
};

async function checkout(context: Context, word: string, dir: string): Promise<Outcome> {
  const { world, report } = context;
  if (dir === '') throw new Problem('usage', 'The folder to make has no name.');
  const target = resolve(world.cwd, dir);
  const lab = findLab(context);
  const run = await findRun(lab, word, world.cwd);
  const manifest = requireManifest(run);
  const { tree, complete, notes } = await checkoutCode(world, lab, { ...run, manifest }, target);
  for (const note of notes) report.say(note);
  const commit = manifest.git_sha;
  report.say(`${run.path}: commit ${commit.slice(0, 12)}, tree ${tree.slice(0, 12)}.`);
  return {
    artifacts: [target],
    data: { run_id: manifest.run_id, run: run.path, commit, tree, complete, notes: [...notes] },
  };
}
