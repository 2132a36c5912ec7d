import { join, resolve } from 'node:path';
import { type MiningWants, Problem } from '@timelab/core';
import type { Context } from '../../command.ts';
import { readAddress } from './address.ts';
import { openClone } from './clone-cache.ts';
import { fetchBlobs } from './fetch-blobs.ts';
import { fetchCommit } from './fetch-commit.ts';
import { findRepository, type LocalRepository } from './find-repository.ts';
import { shownPath, shownRepository, wholeUrl } from './shown-place.ts';

/** A history that is at hand. */
export interface Source {
  readonly repository: LocalRepository;
  /** As records may show it: without credentials and home folders. */
  readonly shown: Readonly<Record<string, string>>;
  /** The hosts that were reached. */
  readonly hosts: Iterable<string>;
  /** The id that a walk begins at; undefined where the repository itself has to be asked. */
  readonly tip: string | undefined;
  /** Sees to it that what the commits changed is here; says how often git has fetched in all. */
  fetchChanges(ids: readonly string[]): Promise<number>;
}

/** Opens the history that a spec names: a repository of this machine as it is, one of another as a clone in the cache. */
export async function openSource(
  context: Context,
  labRoot: string,
  wants: MiningWants,
  allowNet: boolean,
): Promise<Source> {
  const address = readAddress(wants.repository);
  if (address.kind === 'path') {
    const path = repositoryPath(context.world.home, labRoot, address.path);
    const shown = { path: shownPath(context.world.home, labRoot, path) };
    const repository = findRepository(path, address.path);
    return { repository, shown, hosts: [], tip: undefined, fetchChanges: async () => 0 };
  }
  refuseBlindShallow(wants);
  const { revision, fetchMode: mode, limit } = wants;
  const { home } = context.world;
  const clone = await openClone(context, wholeUrl(home, address.url), {
    // The head of the server is the clone's own.
    ...(revision === undefined || revision === 'HEAD' ? {} : { branch: revision }),
    ...{ mode, limit, allowNet },
  });
  // Commits that are listed may be on no branch; only by its full id can one be asked for.
  const listed = wants.commits.filter((id) => id.length >= 40);
  const extra = listed.length === 0 ? 0 : await fetchCommit(context, clone, ...listed);
  return {
    repository: findRepository(clone.gitDir, address.url),
    shown: shownRepository(home, wants.repository),
    hosts: clone.remote.hosts,
    tip: clone.head,
    fetchChanges: async (ids) =>
      clone.fetches + extra + (await fetchBlobs(context, clone, ids, wants.work.merges)),
  };
}

/** The newest commits of a shallow clone are all there; which others a filter would find, it cannot know. */
function refuseBlindShallow({ fetchMode, filter, commits }: MiningWants): void {
  if (fetchMode !== 'shallow' || (Object.keys(filter).length === 0 && commits.length === 0)) return;
  throw new Problem('usage', 'A shallow clone has the newest commits only, and cannot be filtered.', {
    hint: 'Fetch diff-only, which has every commit and the contents of those that are mined.',
  });
}

/** The absolute path that a spec's path means: relative to the lab, `~/` below the home folder. */
function repositoryPath(home: string, labRoot: string, path: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : resolve(labRoot, path);
}
