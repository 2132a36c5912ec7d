import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Context } from '../../command.ts';
import { withClone } from './clone-lock.ts';
import {
  type CloneMode,
  type ClonePlace,
  cacheProblem,
  clonePlace,
  makeCacheFolder,
  unfinishedClone,
} from './clone-place.ts';
import { fetchTip, localRef, recordDepth } from './fetch-tip.ts';
import { origin, type Remote, reachRemote, readClone, readWholeClone } from './remote-git.ts';
import { findTip, isNotOnServer, notOnServer, type Tip } from './remote-tip.ts';

/** A clone in the cache, ready to be read by a git that fetches nothing. */
export interface Clone {
  /** Absolute; a bare repository whose refs are nobody's business: walk from `head`. */
  readonly gitDir: string;
  /** The full id of the commit that was asked for. */
  readonly head: string;
  /** The short name of the branch, where one was asked for. */
  readonly branch: string | undefined;
  /** How many `git fetch` there were after the clone, in this call. */
  readonly fetches: number;
  /** Whether this call made the clone. */
  readonly cloned: boolean;
  readonly url: string;
  readonly mode: CloneMode;
  readonly remote: Remote;
  readonly place: ClonePlace;
}

/** What is wanted of a repository elsewhere. */
export interface CloneWish {
  /** A branch, a tag, a full ref name, or the full id of a commit; the server's HEAD if left out. */
  readonly branch?: string | undefined;
  readonly mode: CloneMode;
  /** How many of the newest commits are to be had with their parents; matters for `shallow` alone. */
  readonly limit: number;
  readonly allowNet: boolean;
}

/**
 * Gives a clone of a URL from the cache, made or brought up to date: what is there already is not fetched again.
 * Throws `network_denied`, `remote_failed`, `commit_unknown`, `interrupted`, `disk_full`, `disk_error`.
 */
export async function openClone(context: Context, url: string, wish: CloneWish): Promise<Clone> {
  const { mode, limit } = wish;
  const remote = await reachRemote(context, url, wish.allowNet);
  const tip = await findTip(remote, wish.branch);
  const place = clonePlace(context.world, url, mode);
  await makeCacheFolder(place);
  return await withClone(context, place, async () => {
    const cloned = await ensureClone(context, remote, place, tip, wish);
    const wanted = { gitDir: place.gitDir, tip, mode, limit, fresh: cloned };
    const { head, fetches } = await fetchTip(context, remote, wanted);
    return { gitDir: place.gitDir, head, branch: tip.branch, fetches, cloned, url, mode, remote, place };
  });
}

/** Makes the clone if there is none; says whether it did. */
async function ensureClone(
  context: Context,
  remote: Remote,
  place: ClonePlace,
  tip: Tip,
  { mode, limit }: CloneWish,
): Promise<boolean> {
  if (existsSync(place.gitDir)) return false;
  const unfinished = unfinishedClone(place);
  try {
    const clone = ['clone', ...cloneFlags(tip, mode, limit), '--', remote.url, unfinished];
    await remote.git(clone).catch((error: unknown) => {
      throw isNotOnServer(error) ? notOnServer(remote.url, tip.source) : error;
    });
    await nameTip(context, unfinished, remote.url, tip);
    if (mode === 'shallow') await recordDepth(context, unfinished, limit + 1);
    return await putInPlace(unfinished, place);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function cloneFlags(tip: Tip, mode: CloneMode, limit: number): string[] {
  const name = cloneName(tip);
  return [
    ...['--bare', '--template=', '--no-tags', '--single-branch', '--no-reject-shallow', '--progress'],
    `--origin=${origin}`,
    ...(mode === 'diff-only' ? ['--filter=blob:none'] : []),
    // A commit's diff needs its parents too.
    ...(mode === 'shallow' ? [`--depth=${limit + 1}`] : []),
    ...(name === undefined ? [] : [`--branch=${name}`]),
  ];
}

/**
 * The name by which `git clone` can be told what to clone. It takes branches before tags, and knows nothing else but
 * HEAD, by no name.
 */
function cloneName({ source, commit }: Tip): string | undefined {
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(source) ?? [];
  return kind === 'heads' || commit !== undefined ? name : undefined;
}

/** Gives what was cloned the name that the cache knows it by: a server's names may stand in each other's way. */
async function nameTip(context: Context, gitDir: string, url: string, tip: Tip): Promise<void> {
  const { source } = tip;
  const read = (args: readonly string[], input: string[] = []) =>
    readWholeClone(context, gitDir, args, input);
  const fetched = cloneName(tip) === undefined ? 'HEAD' : source;
  const [head] =
    (await readClone(context, gitDir, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])) ?? [];
  if (head === undefined && fetched === source) throw notOnServer(url, source);
  const names = await read(['for-each-ref', '--format=%(refname)']);
  if (head === undefined || names.length === 0) return;
  await read(['update-ref', '--no-deref', 'HEAD', head]);
  const moves = [`update ${localRef(fetched)} ${head}\n`, ...names.map((name) => `delete ${name}\n`)];
  await read(['update-ref', '--stdin'], moves);
}

/** Whether the clone is now ours; another host that shares the cache may have been faster, and its own is as good. */
async function putInPlace(unfinished: string, { gitDir, folder }: ClonePlace): Promise<boolean> {
  try {
    await rename(unfinished, gitDir);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw cacheProblem(folder, error as NodeJS.ErrnoException);
  }
}
