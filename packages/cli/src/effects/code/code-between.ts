import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitsBetween, type Json, lockedInputs, type Manifest, sha256 } from '@timelab/core';
import type { World } from '../../world.ts';
import { codeOnly } from './code-digest.ts';
import { gitIn } from './git.ts';

/** How many commits of a side are told. */
const MOST_COMMITS = 20;

type Git = ReturnType<typeof gitIn>;

/** The commits to the code that one run had and the other had not, as far as the lab's own repository knows both. */
export async function commitsBetween(
  world: World,
  root: string,
  a: Manifest,
  b: Manifest,
): Promise<CommitsBetween> {
  const git = gitIn(world, root);
  const sides = [['a', a] as const, ['b', b] as const];
  const uncommitted = sides.flatMap(([side, { git: state }]) =>
    state?.dirty === true ? [`${side} had changes that were not committed${patchOf(state)}`] : [],
  );
  const unknown: string[] = [];
  for (const [side, manifest] of sides) {
    if (/^0+$/.test(manifest.git_sha)) unknown.push(`${side} was made without a commit`);
    else if (!(await has(git, manifest.git_sha)))
      unknown.push(`the commit of ${side}, ${manifest.git_sha}, is not in this repository`);
  }
  if (unknown.length > 0) return { only_a: [], only_b: [], notes: [...unknown, ...uncommitted] };
  const [onlyA, onlyB] = await Promise.all([
    commitsOf(git, b.git_sha, a.git_sha),
    commitsOf(git, a.git_sha, b.git_sha),
  ]);
  const cut = [onlyA, onlyB].some((list) => list.length > MOST_COMMITS);
  const notes = cut
    ? [`only the newest ${MOST_COMMITS} commits of a side are told`, ...uncommitted]
    : uncommitted;
  return { only_a: onlyA.slice(0, MOST_COMMITS), only_b: onlyB.slice(0, MOST_COMMITS), notes };
}

const patchOf = ({ patch }: NonNullable<Manifest['git']>) => (patch === undefined ? '' : ` (${patch})`);

async function has(git: Git, commit: string): Promise<boolean> {
  return (await git('cat-file', '-e', `${commit}^{commit}`)).code === 0;
}

async function commitsOf(git: Git, without: string, of: string): Promise<{ id: string; subject: string }[]> {
  const { stdout } = await git(
    'log',
    '--format=%H %s',
    `--max-count=${MOST_COMMITS + 1}`,
    '--no-show-signature',
    `${without}..${of}`,
    '--',
    ...codeOnly,
  );
  const lines = stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const [id = ''] = line.split(' ', 1);
    return { id, subject: line.slice(id.length + 1) };
  });
}

/** The inputs of the flake.lock that a run recorded, from its commit or the work tree; undefined where neither has those bytes. */
export async function recordedLock(
  world: World,
  root: string,
  { git_sha, flake_lock_sha256 }: Manifest,
): Promise<Json | undefined> {
  const isIt = (bytes: Buffer | undefined) => bytes !== undefined && sha256(bytes) === flake_lock_sha256;
  const committed = await gitIn(world, root)('show', `${git_sha}:./flake.lock`);
  const here = await readFile(join(root, 'flake.lock')).catch(() => undefined);
  const found = [committed.stdout, here].find(isIt);
  return found === undefined ? undefined : lockedInputs(found.toString('utf8'));
}
