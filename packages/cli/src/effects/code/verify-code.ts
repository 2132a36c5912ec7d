import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultAt, type Manifest, type RecordFault, sha256 } from '@timelab/core';
import type { World } from '../../world.ts';
import { plainFile } from '../plain-file.ts';
import { codeDigest } from './code-digest.ts';
import { gitIn } from './git.ts';
import { rebuildTree } from './rebuild-tree.ts';

/** What is wrong with the state of the code that runs have recorded; equal states are looked at once. */
export type CodeFaults = (folder: string, manifest: Manifest) => Promise<readonly RecordFault[]>;

/**
 * Holds recorded states of the code against a lab's repository: whether the commit is there, whether the patch
 * applies to it and makes the recorded tree, whether the digest of the code is that tree's. Changes nothing.
 */
export function openCodeFaults(world: World, root: string): CodeFaults {
  const known = new Map<string, Promise<readonly RecordFault[]>>();
  return async (folder, manifest) => {
    const { git_sha: commit, git: state } = manifest;
    if (/^0+$/.test(commit)) return [];
    const patch = state?.patch === undefined ? undefined : await digestIn(folder, state.patch);
    // A patch that is not there is told as a missing file.
    if (patch === null) return commitFaults(world, root, commit);
    const key = [commit, state?.dirty, state?.tree, state?.code_sha256, patch].join(' ');
    const faults = known.get(key) ?? stateFaults(world, root, folder, manifest);
    known.set(key, faults);
    return faults;
  };
}

async function digestIn(folder: string, path: string): Promise<string | null> {
  const file = join(folder, path);
  if ((await plainFile(file)) === undefined) return null;
  const bytes = await readFile(file).catch(() => null);
  return bytes === null ? null : sha256(bytes);
}

async function commitFaults(world: World, root: string, commit: string): Promise<RecordFault[]> {
  const found = await gitIn(world, root)('cat-file', '-e', `${commit}^{commit}`);
  if (found.code === 0) return [];
  return [faultAt('commit_missing', 'run.json#/git_sha', `${commit.slice(0, 12)} is not in this repository`)];
}

async function stateFaults(
  world: World,
  root: string,
  folder: string,
  { git_sha: commit, git: state }: Manifest,
): Promise<readonly RecordFault[]> {
  const missing = await commitFaults(world, root, commit);
  if (missing.length > 0 || state === undefined) return missing;
  if (!state.dirty) return await codeFaults(gitIn(world, root), commit, state);
  // Of a tree that was too large to be kept, or that git could not read, nothing is claimed.
  if (state.tree === undefined) return [];
  const patch = state.patch === undefined ? undefined : join(folder, state.patch);
  return await rebuildTree(world, root, commit, patch, async (rebuilt, git) => {
    if ('failed' in rebuilt) return [faultAt('patch_fails', state.patch ?? 'run.json#/git', rebuilt.words)];
    const { tree } = rebuilt;
    if (tree === state.tree) return await codeFaults(git, tree, state);
    const detail = `commit and patch make ${tree.slice(0, 12)}, recorded is ${state.tree?.slice(0, 12)}`;
    return [faultAt('tree_mismatch', 'run.json#/git/tree', detail)];
  });
}

async function codeFaults(
  git: ReturnType<typeof gitIn>,
  tree: string,
  state: NonNullable<Manifest['git']>,
): Promise<RecordFault[]> {
  const { code_sha256: recorded, left_out: leftOut } = state;
  // The digest is of all that was there, files that may be kept nowhere included.
  if (recorded === undefined || leftOut !== undefined) return [];
  const code = await codeDigest(git, tree);
  if (code === recorded) return [];
  const detail = `the tree has ${code?.slice(0, 12) ?? 'none'}, recorded is ${recorded.slice(0, 12)}`;
  return [faultAt('code_mismatch', 'run.json#/git/code_sha256', detail)];
}
