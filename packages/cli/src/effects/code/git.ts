import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CodeState, type Manifest, NO_COMMIT, NO_FLAKE_LOCK, sha256 } from '@timelab/core';
import type { World } from '../../world.ts';
import { childEnvironment } from '../child-environment.ts';
import { run } from '../spawn.ts';
import { codeDigest } from './code-digest.ts';
import { rebuildPatch } from './patch.ts';

/** The state of the lab's code, and the patch that goes with it when the tree is dirty. */
export interface ReadCode {
  readonly state: CodeState;
  readonly patch?: Buffer;
}

/** Where a run keeps the patch of a dirty tree. */
export const patchPath = 'input/git.patch';

/**
 * What a run writes itself, relative to the lab: no part of the code that made it. Every pattern has a wildcard,
 * even where none is needed: `git add` fails when a pathspec names an ignored file in full, even one to leave out.
 */
const derived = [
  'runs.cs[v]',
  'lates[t]',
  '.timela[b]/**',
  'ai-recording[s]/**',
  ...[
    'runs.csv',
    'run.json',
    'ai-team/artifacts/**',
    'analyzer/outputs/**',
    'knowledge/graph/[0-9]*Z_*.json',
  ].map((path) => `[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/${path}`),
];

/** Pathspecs for git, run in the lab's folder: the derived files alone, and the whole work tree but them. */
export const derivedFiles = derived.map((pattern) => `:(glob)${pattern}`);
export const codeFiles = [':(top)', ...derived.map((pattern) => `:(exclude,glob)${pattern}`)];

/** Reads commit, branch, description and dirtiness of the lab, and the digest of its flake.lock; writes nothing there. */
export async function readCode(world: World, root: string): Promise<ReadCode> {
  const git = gitIn(world, root);
  const [lock, status, described] = await Promise.all([
    flakeLock(root),
    git('status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--', ...codeFiles),
    // Of a fixed length: git's own choice grows with the repository.
    git('describe', '--tags', '--always', '--abbrev=12'),
  ]);
  const notes = lock === undefined ? ['There is no flake.lock: flake_lock_sha256 is zeros.'] : [];
  const flakeLockSha256 = lock ?? NO_FLAKE_LOCK;
  if (status.code !== 0) {
    notes.push(`${gitSilence(status.code, status.stderr)}: git_sha is zeros.`);
    return { state: { gitSha: NO_COMMIT, flakeLockSha256, notes } };
  }
  const { commit, branch, entries, submodules } = parseStatus(status.stdout.toString('utf8'));
  if (commit === undefined) notes.push('The repository has no commit yet: git_sha is zeros.');
  const dirty = entries > 0;
  const built = dirty && commit !== undefined ? await rebuildPatch(world, root) : undefined;
  const code = dirty || commit === undefined ? built?.code : await codeDigest(git, 'HEAD');
  if (built?.note !== undefined) notes.push(built.note);
  notes.push(
    ...submodules.map((path) => `The submodule ${path} has changes of its own, which no patch keeps.`),
  );
  const describe = described.code === 0 ? described.stdout.toString('utf8').trim() : undefined;
  const known: NonNullable<Manifest['git']> = {
    ...(describe === undefined ? {} : { describe }),
    ...(branch === undefined ? {} : { branch }),
    dirty,
    ...(built?.tree === undefined ? {} : { tree: built.tree }),
    ...(code === undefined ? {} : { code_sha256: code }),
    ...(built?.patch === undefined ? {} : { patch: patchPath }),
    ...(built?.leftOut === undefined ? {} : { left_out: [...built.leftOut] }),
  };
  const state = { gitSha: commit ?? NO_COMMIT, flakeLockSha256, git: known, notes };
  return built?.patch === undefined ? { state } : { state, patch: built.patch };
}

/** A git that reads the lab without writing to it, asking anything, or obeying the caller's GIT_ variables. */
export function gitIn(
  world: World,
  root: string,
  extra: Readonly<Record<string, string>> = {},
  input?: Uint8Array,
) {
  const env = {
    ...childEnvironment(world, 'git'),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // For its log: of somebody who has set no address git makes one up, and asks the network for this host's full name.
    ...{ GIT_COMMITTER_NAME: 'timelab', GIT_COMMITTER_EMAIL: 'timelab@localhost' },
    // A partial clone fetches what it lacks when it is asked: here it must not, the network is not allowed for it.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: '',
    LC_ALL: 'C',
    ...extra,
  };
  const settings = [
    '-c',
    'core.fsmonitor=false',
    '-c',
    'core.quotePath=false',
    '-c',
    'core.hooksPath=/dev/null',
  ];
  const options = { cwd: root, env, ...(input === undefined ? {} : { input }) };
  return (...args: string[]) => run('git', [...settings, ...args], options);
}

async function flakeLock(root: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(join(root, 'flake.lock')));
  } catch {
    return undefined;
  }
}

/** Why git said nothing about a lab, in words. */
export function gitSilence(code: number, stderr: string): string {
  if (code === 127) return 'There is no git on this machine';
  if (stderr.includes('dubious ownership'))
    return 'The repository belongs to another user, so git would not read it';
  return 'The lab is not a git repository';
}

/** Reads `git status --porcelain=v2 --branch -z`: header lines begin with "#", every other one is a change. */
function parseStatus(text: string): {
  commit?: string;
  branch?: string;
  entries: number;
  /** The submodules with changes inside. */
  submodules: string[];
} {
  const records = text.split('\0').filter((record) => record !== '');
  const header = (name: string) =>
    records.find((record) => record.startsWith(`# ${name} `))?.slice(name.length + 3);
  const commit = header('branch.oid');
  const branch = header('branch.head');
  return {
    ...(commit === undefined || commit === '(initial)' ? {} : { commit }),
    ...(branch === undefined || branch === '(detached)' ? {} : { branch }),
    entries: records.filter((record) => !record.startsWith('# ')).length,
    submodules: records.flatMap((record) => changedSubmodule.exec(record)?.[1] ?? []),
  };
}

/** An ordinary entry of a submodule with changed (M) or untracked (U) files inside: nine fields, the path the last. */
const changedSubmodule = /^1 .. S.(?:M.|.U) (?:\S+ ){5}([\s\S]+)$/;
