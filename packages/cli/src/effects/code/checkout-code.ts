import { lstat, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Manifest, Problem } from '@timelab/core';
import { explained, isProcess, type Lab, naming, unless } from '@timelab/store';
import type { World } from '../../world.ts';
import { plainFile } from '../plain-file.ts';
import { gitIn } from './git.ts';
import { applyToIndex, type Git } from './rebuild-tree.ts';

/** A state of the code as it was put into a folder. */
export interface CheckedOut {
  readonly tree: string;
  /** Whether all that was recorded as the state of the code is there. */
  readonly complete: boolean;
  /** What could not be had, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Rebuilds the state of the code that a run has recorded in a new clone of the lab's repository: the commit, the patch
 * staged on top, and the files of both. The folder comes to be whole, in one step, or not at all; the lab stays as it is. Throws
 * `file_exists` for a folder that holds something, `code_unavailable` where the state cannot be had, Problems of the disk.
 */
export async function checkoutCode(
  world: World,
  lab: Lab,
  run: { readonly folder: string; readonly manifest: Manifest },
  target: string,
): Promise<CheckedOut> {
  if (/^0+$/.test(run.manifest.git_sha)) throw nothingRecorded(run.manifest);
  // What the system refuses is told of the folder that was asked for, not of the one beside it.
  const at = async <T>(work: () => Promise<T>) => await explained(lab, () => naming(target, work));
  await at(() => requireRoom(target));
  const top = await toplevel(world, lab.root);
  await at(() => clearAbandoned(dirname(target)));
  const scratch = await at(() => mkdtemp(join(dirname(target), `.timelab-checkout-${process.pid}-`)));
  try {
    const clone = join(scratch, 'clone');
    const checkedOut = await fillClone(world, top, run, clone);
    await at(() => rename(clone, target));
    return checkedOut;
  } finally {
    // What cannot be taken away now is taken away by the next checkout beside it.
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Takes away what checkouts into a folder have left that were killed. */
async function clearAbandoned(folder: string): Promise<void> {
  for (const name of (await unless(['EACCES'], readdir(folder))) ?? []) {
    const pid = Number(/^\.timelab-checkout-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isProcess(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function nothingRecorded({ notes = [] }: Manifest): Problem {
  const why = notes.find((note) => note.includes('git_sha is zeros')) ?? 'There was none.';
  return new Problem('code_unavailable', `The run has recorded no commit. ${why}`, {
    hint: 'Nothing is known of the code but what lies in input/ of the run.',
  });
}

async function requireRoom(target: string): Promise<void> {
  const parent = await unless(['ENOENT', 'ENOTDIR'], stat(dirname(target)));
  if (parent?.isDirectory() !== true) throw new Problem('usage', `${dirname(target)} is not a folder.`);
  const found = await unless(['ENOENT'], lstat(target));
  if (found === undefined) return;
  // A link is none, wherever it leads: nothing is written through one.
  if (found.isDirectory() && (await readdir(target)).length === 0) return;
  throw new Problem('file_exists', `${target} is there already, and not an empty folder.`);
}

async function toplevel(world: World, root: string): Promise<string> {
  const asked = await gitIn(world, root)('rev-parse', '--show-toplevel');
  if (asked.code === 0) return asked.stdout.toString('utf8').replace(/\n$/, '');
  throw unavailable('The lab has no git repository to clone', asked.stderr);
}

async function fillClone(
  world: World,
  top: string,
  { folder, manifest }: { readonly folder: string; readonly manifest: Manifest },
  clone: string,
): Promise<CheckedOut> {
  const { git_sha: commit, git: state } = manifest;
  // From a folder of this machine alone; files that a filter would fetch from elsewhere stay pointers.
  const offline = { GIT_ALLOW_PROTOCOL: 'file', GIT_LFS_SKIP_SMUDGE: '1' };
  const words = ['clone', '--quiet', '--no-checkout', '--template=', '--', top, clone];
  const cloned = await gitIn(world, dirname(clone), offline)(...words);
  if (cloned.code !== 0) throw unavailable('The repository could not be cloned', cloned.stderr);
  const git = gitIn(world, clone, offline);
  const patch = state?.patch === undefined ? undefined : join(folder, state.patch);
  if (patch !== undefined && (await plainFile(patch)) === undefined)
    throw unavailable(`${state?.patch} of the run is gone`, '');
  const built = await applyToIndex(git, commit, patch);
  if ('failed' in built) {
    const what =
      built.failed === 'commit'
        ? `Commit ${commit.slice(0, 12)} is not to be had`
        : 'The patch does not apply';
    throw unavailable(what, built.words);
  }
  requireTree(built.tree, state?.tree);
  await writeFiles(git, commit);
  return { tree: built.tree, ...(await shortcomings(git, state)) };
}

function requireTree(tree: string, recorded: string | undefined): void {
  if (recorded === undefined || tree === recorded) return;
  throw unavailable('Commit and patch make another tree than was recorded', `${tree}, not ${recorded}`);
}

async function writeFiles(git: Git, commit: string): Promise<void> {
  const steps = [
    ['update-ref', '--no-deref', 'HEAD', commit],
    ['checkout-index', '--index', '--all', '--force', '--quiet'],
  ];
  for (const step of steps) {
    const done = await git(...step);
    if (done.code !== 0) throw unavailable('The files could not be written', done.stderr);
  }
  // Says nothing of whether files are as they should be: that is asked next.
  await git('update-index', '-q', '--refresh');
}

async function shortcomings(git: Git, state: Manifest['git']): Promise<Omit<CheckedOut, 'tree'>> {
  const [files, submodules] = await Promise.all([git('diff-files', '--name-only'), submodulesOf(git)]);
  const other = files.stdout.toString('utf8').split('\n').filter(Boolean);
  const lost = state?.dirty === true && state.tree === undefined;
  const lacks = [
    ...(lost ? ['The tree was dirty and no patch of it was kept: this is the commit alone.'] : []),
    ...(state?.left_out ?? []).map(
      ({ path, reason }) => `${path} is as the commit has it: the file ${reason}.`,
    ),
    ...submodules.map(
      (path) => `The submodule ${path} is an empty folder: \`git submodule update --init\` fetches it.`,
    ),
    ...other
      .filter((path) => !submodules.includes(path))
      .map((path) => `${path} could not be written as git has it.`),
  ];
  return { complete: lacks.length === 0, notes: lacks };
}

async function submodulesOf(git: Git): Promise<string[]> {
  const listed = await git('ls-files', '--stage', '-z');
  const entries = listed.stdout.toString('utf8').split('\0');
  return entries
    .filter((entry) => entry.startsWith('160000 '))
    .map((entry) => entry.slice(entry.indexOf('\t') + 1));
}

function unavailable(what: string, words: string): Problem {
  const said = words.trim().split('\n').at(-1) ?? '';
  return new Problem('code_unavailable', `${what}${said === '' ? '' : `: ${said}`}.`);
}
