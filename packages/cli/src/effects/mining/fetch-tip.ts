import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem, sha256 } from '@timelab/core';
import type { Context } from '../../command.ts';
import type { CloneMode } from './clone-place.ts';
import { origin, type Remote, readClone, readWholeClone } from './remote-git.ts';
import { isNotOnServer, notOnServer, type Tip } from './remote-tip.ts';

/** A clone that is to have a commit, and how much behind it. */
export interface TipWish {
  readonly gitDir: string;
  readonly tip: Tip;
  readonly mode: CloneMode;
  readonly limit: number;
  /** Whether the clone was made just now: what it has is what the server has. */
  readonly fresh: boolean;
}

/** The name under which a clone keeps what a server calls something else; no two of them stand in each other's way. */
export function localRef(source: string): string {
  return `refs/timelab/${sha256(source).slice(0, 16)}`;
}

/** What every fetch is told: nothing but what was asked for, and no word about it left behind. */
export const fetchFlags: readonly string[] = [
  'fetch',
  '--no-tags',
  '--no-write-fetch-head',
  '--recurse-submodules=no',
  '--no-auto-maintenance',
  '--progress',
];

/** Sees that a clone has the commit that the server has under a name; fetches once if that is not known. */
export async function fetchTip(
  context: Context,
  remote: Remote,
  wish: TipWish,
): Promise<{ head: string; fetches: number }> {
  const here = await commitHere(context, wish);
  if (here !== undefined) return { head: here, fetches: 0 };
  const { gitDir, tip, mode, limit } = wish;
  const depth = mode === 'shallow' ? await depthFor(context, gitDir, limit + 1) : undefined;
  const ref = localRef(tip.source);
  const fetch = [...fetchFlags, ...modeFlags(mode, depth), origin, `+${tip.source}:${ref}`];
  await remote.git(fetch, { gitDir }).catch((error: unknown) => {
    throw isNotOnServer(error) ? notOnServer(remote.url, tip.source) : error;
  });
  if (depth !== undefined) await recordDepth(context, gitDir, depth);
  const head = await commitAt(context, gitDir, ref);
  if (head !== undefined) return { head, fetches: 1 };
  throw new Problem('commit_unknown', `${tip.source} of ${remote.url} names something, but no commit.`);
}

/** The flags that a mode adds to every fetch of commits. */
export function modeFlags(mode: CloneMode, depth: number | undefined): string[] {
  return [
    ...(mode === 'diff-only' ? ['--filter=blob:none'] : []),
    ...(depth === undefined ? [] : [`--depth=${depth}`]),
  ];
}

/** The commit, if the clone is known to have it and what is wanted behind it. */
async function commitHere(
  context: Context,
  { gitDir, tip: { source, commit }, mode, limit, fresh }: TipWish,
): Promise<string | undefined> {
  const here = await commitAt(context, gitDir, source === commit ? source : localRef(source));
  if (here === undefined || fresh) return here;
  if (here !== commit) return undefined;
  return mode !== 'shallow' || (await hasParents(context, gitDir, here, limit)) ? here : undefined;
}

async function commitAt(context: Context, gitDir: string, name: string): Promise<string | undefined> {
  const verify = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  return (await readClone(context, gitDir, verify))?.[0];
}

/** Whether the newest commits all have their parents here, or none at all. */
async function hasParents(context: Context, gitDir: string, head: string, limit: number): Promise<boolean> {
  const ends = await shallowEnds(gitDir);
  if (ends.size === 0) return true;
  const ids = await readWholeClone(context, gitDir, ['rev-list', `--max-count=${limit}`, head, '--']);
  return !ids.some((id) => ends.has(id));
}

/** The commits whose parents a clone has not (gitformat-shallow(5)). */
export async function shallowEnds(gitDir: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(gitDir, 'shallow'), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}

const depthKey = 'timelab.depth';

/** A shallow clone is never made shallower: what another run needs would have to be fetched again. */
export async function depthFor(context: Context, gitDir: string, wanted: number): Promise<number> {
  const [before = '0'] = (await readClone(context, gitDir, ['config', '--get', depthKey])) ?? [];
  return Math.max(wanted, Number(before));
}

/** Writes down how deep a shallow clone is, for `depthFor`. */
export async function recordDepth(context: Context, gitDir: string, depth: number): Promise<void> {
  await readWholeClone(context, gitDir, ['config', depthKey, String(depth)]);
}
