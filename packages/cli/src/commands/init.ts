import { existsSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { dayOf, Problem, planInit } from '@timelab/core';
import { explained, identifySelf, makeDay, makeFoldersDurable, openLab, settle } from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { gitIn } from '../effects/code/git.ts';
import { gitToplevel } from '../effects/lab.ts';
import { nixObstacle } from '../effects/nix.ts';

interface InitOptions {
  readonly nix?: boolean;
}

export const configure: Configure = (command, act) => {
  command
    .description(
      "Make a lab of a folder: git, a Justfile, a .gitignore and today's tree. What is there stays as it is.",
    )
    .argument('[dir]', 'the folder; made if it is not there', '.')
    .option('--nix', 'with a flake, whose shell has timelab and whose lock is in every record')
    .addHelpText('after', '\nExamples:\n  $ timelab init my-lab\n  $ timelab init --nix my-lab')
    .action(act(async (context, dir: string, options: InitOptions) => await init(context, dir, options)));
};

async function init(context: Context, dir: string, { nix = false }: InitOptions): Promise<Outcome> {
  const { world, global } = context;
  if (global.lab !== undefined)
    throw new Problem('usage', 'Name the folder as `timelab init DIR`; --lab is for labs that exist.');
  const root = resolve(world.cwd, dir);
  await makeRoot(root);
  const lab = openLab(root);
  if (gitToplevel(root) !== root) await initGit(context, root);
  const next = nix ? await nextWithNix(context, root) : 'Next, in that folder: timelab new first-question';
  const plan = planInit(dayOf(world.now()), { nix });
  await settle(lab, identifySelf());
  await makeDay(lab, plan);
  context.report.say(`A lab in ${root}. ${next}`);
  return { artifacts: [join(root, plan.day)], data: { lab: root, day: plan.day } };
}

// What the system says of a place where this user can make no folder, whatever state the disk is in.
const noPlace = 'EACCES EEXIST EINVAL ELOOP ENAMETOOLONG ENOENT ENOTDIR EPERM EROFS'.split(' ');

/** Makes the folder of a lab; what the disk refuses is told as that, what cannot be a folder as a wrong call. */
async function makeRoot(root: string): Promise<void> {
  const top = parse(root).root;
  await explained({ root: top }, () => makeFoldersDurable(top, root)).catch((error: Error) => {
    const { code = '' } = (error.cause ?? error) as NodeJS.ErrnoException;
    if (!noPlace.includes(code)) throw error;
    throw new Problem('usage', `${root} cannot be made a folder (${code}).`);
  });
}

/** What to do next in a lab with a flake, and what is in the way of it; looks before the flake is written. */
async function nextWithNix({ world, report }: Context, root: string): Promise<string> {
  const obstacle = await nixObstacle(world, root);
  if (obstacle !== undefined) report.say(obstacle);
  if (existsSync(join(root, 'flake.nix'))) return 'Its flake.nix was there before, and stays as it is.';
  return 'Next, in that folder: git add --all && nix develop';
}

async function initGit({ world, report }: Context, root: string): Promise<void> {
  const around = gitToplevel(root);
  if (around !== undefined)
    report.say(`${root} lies inside the repository ${around}; it gets a repository of its own.`);
  const made = await gitIn(world, root)('init', '--quiet', '--initial-branch=main');
  if (made.code === 127) report.say('There is no git on this machine: runs will record no commit.');
  else if (made.code !== 0)
    throw new Problem('read_only', `git could not make a repository in ${root}: ${made.stderr.trim()}`);
}
