import { filterTime, type MiningWants, Problem } from '@timelab/core';
import type { World } from '../../world.ts';
import { borrowObjects } from './borrow-objects.ts';
import type { LocalRepository } from './find-repository.ts';
import type { Source } from './open-source.ts';
import { safeGit } from './safe-git.ts';

/** The commits that a run is about, in the order in which they are mined: the newest first, or as they were listed. */
export interface Selection {
  readonly ids: readonly string[];
  /** Where the walk began; undefined where commits were listed. */
  readonly head?: string;
}

/**
 * Selects commits of a history; `given` are ids that an earlier run has selected. Throws `commit_unknown`,
 * `repository_invalid` and `spec_invalid`.
 */
export async function selectCommits(
  world: World,
  { repository, tip }: Pick<Source, 'repository' | 'tip'>,
  { filter, commits, limit, revision }: MiningWants,
  given?: readonly string[],
): Promise<Selection> {
  if (given?.length === 0) return { ids: [] };
  if (given !== undefined)
    return await borrowObjects(world, repository, async (gitDir) => ({
      ids: await listed(world, gitDir, given),
    }));
  const listing = commits.length > 0;
  const head = listing ? undefined : (tip ?? (await resolveRevision(world, repository, revision ?? 'HEAD')));
  return await borrowObjects(world, repository, async (gitDir) => {
    if (head === undefined) return { ids: await listed(world, gitDir, commits) };
    return { ids: await walk(world, gitDir, head, filter, limit), head };
  });
}

/**
 * The full id of the commit that a revision names. Names are looked up in the repository itself, which this runs
 * nothing of. Throws `commit_unknown`.
 */
async function resolveRevision(world: World, { gitDir }: LocalRepository, revision: string): Promise<string> {
  // What is looked for in messages is a commit already, and all that follows `:/` is looked for.
  const commit = revision.startsWith(':/') ? revision : `${revision}^{commit}`;
  const verify = ['rev-parse', '--verify', '--end-of-options', commit];
  // A ref or a configuration that is a pipe would have git wait for ever.
  const { code, stdout, stderr } = await safeGit(world, gitDir)(verify, { within: lookupTimeout });
  const id = stdout.toString('latin1').trim();
  if (code === 0 && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return id;
  const unreadable = unreadableRepository.exec(stderr);
  if (unreadable !== null) {
    const reason = unreadable[1]?.replace(/\s+/g, ' ');
    throw new Problem('repository_invalid', `Git cannot look a name up in it: ${reason}.`);
  }
  throw new Problem('commit_unknown', `${JSON.stringify(revision)} ${whyUnknown(revision, stderr)}.`);
}

/** How long the look-up of one name may take, in milliseconds. */
const lookupTimeout = 60_000;

const unreadableRepository =
  /^fatal: ((bad (numeric )?config|unknown repository|expected git repo|not a git repo).*(\n\t.*)?)/im;

function whyUnknown(revision: string, stderr: string): string {
  // A name that both a branch and a tag have is only warned about; git takes the tag.
  if (/short (object ID|SHA1) \S+ is ambiguous/.test(stderr))
    return 'is ambiguous: several objects begin with it';
  if (/expected commit type|could not be peeled|but it is a/.test(stderr))
    return 'names something, but no commit';
  if (revision === 'HEAD') return 'names no commit: the repository has none yet';
  return 'names no commit of this repository';
}

/** Full ids of the commits whose ids were listed, each once. */
async function listed(world: World, gitDir: string, commits: readonly string[]): Promise<string[]> {
  const check = ['cat-file', '--batch-check=%(objecttype) %(objectname)'];
  const { stdout } = await safeGit(world, gitDir)(check, { stdin: `${commits.join('\n')}\n` });
  const answers = stdout.toString('latin1').trimEnd().split('\n');
  const faults = commits.flatMap((id, at) => {
    const reason = faultOf(answers[at] ?? '');
    return reason === undefined ? [] : [{ pointer: `/inputs/commits/${at}`, reason: `"${id}" ${reason}` }];
  });
  if (faults.length > 0) {
    throw new Problem('commit_unknown', `${faults.length} of ${commits.length} commits are not to be had.`, {
      faults: faults.slice(0, 20),
    });
  }
  return [...new Set(answers.map((answer) => answer.split(' ')[1] ?? ''))];
}

function faultOf(answer: string): string | undefined {
  if (answer.startsWith('commit ')) return undefined;
  if (answer.endsWith(' ambiguous')) return 'is ambiguous: several objects begin with it';
  const type = /^(tree|blob|tag) /.exec(answer)?.[1];
  return type === undefined ? 'is no commit of this repository' : `is a ${type}, no commit`;
}

async function walk(
  world: World,
  gitDir: string,
  head: string,
  filter: MiningWants['filter'],
  limit: number,
): Promise<string[]> {
  const window = timeWindow(filter);
  const args = [
    'rev-list',
    ...(window === undefined ? [`--max-count=${limit}`] : ['--no-commit-header', '--format=%H %at']),
    '--extended-regexp',
    ...(filter.author === undefined ? [] : [`--author=${literal(filter.author)}`]),
    ...(filter.message_pattern === undefined ? [] : [`--grep=${filter.message_pattern}`]),
    head,
    '--',
    ...(filter.path === undefined ? [] : [`:(literal)${filter.path.replace(/\/+$/, '')}`]),
  ];
  const { code, stdout, stderr } = await safeGit(world, gitDir)(args);
  if (code !== 0) throw badWalk(stderr, filter);
  const lines = stdout.toString('latin1').split('\n').filter(Boolean);
  return window === undefined ? lines : lines.flatMap(within(window)).slice(0, limit);
}

/** An author's words as a POSIX extended regular expression that fits nothing else. */
const literal = (text: string) => text.replace(/[.[\]{}()*+?^$|\\]/g, '\\$&');

interface Window {
  readonly since: number;
  readonly until: number;
}

/** Author times in seconds; git's own --since goes by the committer's, and ends at the first commit that is older. */
function timeWindow({ since, until }: MiningWants['filter']): Window | undefined {
  if (since === undefined && until === undefined) return undefined;
  return {
    since: (since === undefined ? undefined : filterTime(since, 'first')) ?? Number.NEGATIVE_INFINITY,
    until: (until === undefined ? undefined : filterTime(until, 'last')) ?? Number.POSITIVE_INFINITY,
  };
}

const within =
  ({ since, until }: Window) =>
  (line: string): string[] => {
    const [id = '', time = ''] = line.split(' ');
    // A commit whose date cannot be read has none to go by.
    return time !== '' && Number(time) >= since && Number(time) <= until ? [id] : [];
  };

function badWalk(stderr: string, filter: MiningWants['filter']): Problem {
  const reason = (stderr.trim().split('\n').at(-1) ?? '').replace(/^fatal: /, '');
  if (/is outside repository/.test(reason)) {
    const outside = 'leads out of the repository, to whose top it is relative';
    return new Problem('spec_invalid', 'The filter names nothing that git could look for.', {
      faults: [{ pointer: '/inputs/filter/path', reason: outside }],
    });
  }
  if (filter.message_pattern !== undefined && /command line, /.test(reason)) {
    const noPattern = `is no POSIX extended regular expression (git says: ${reason})`;
    return new Problem('spec_invalid', 'The filter names nothing that git could look for.', {
      faults: [{ pointer: '/inputs/filter/message_pattern', reason: noPattern }],
    });
  }
  return new Problem('repository_invalid', `Its history cannot be walked: ${reason}.`);
}
