import { Problem } from '@timelab/core';
import type { Context } from '../../command.ts';
import { borrowObjects } from './borrow-objects.ts';
import type { Clone } from './clone-cache.ts';
import { withClone } from './clone-lock.ts';
import { fetchFlags } from './fetch-tip.ts';
import { findRepository } from './find-repository.ts';
import { type GitProcess, startGit } from './git-process.ts';
import { readingCall } from './reading-git.ts';
import { brokenClone, origin } from './remote-git.ts';

/**
 * Sees that a clone has the contents of every file that commits change, before and after, so that no git has to ask
 * for them one by one. All that is missing is fetched at once; says how many fetches there were, 0 or 1.
 */
export async function fetchBlobs(
  context: Context,
  clone: Clone,
  ids: readonly string[],
  merges: 'first-parent',
): Promise<number> {
  if (clone.mode !== 'diff-only' || ids.length === 0) return 0;
  return await withClone(context, clone.place, async () => {
    const missing = await missingBlobs(context, clone, ids, merges);
    if (missing.size === 0) return 0;
    // As git fetches from a promisor itself (fetch_objects): there is nothing to negotiate about.
    const flags = [
      '-c',
      'fetch.negotiationAlgorithm=noop',
      ...fetchFlags,
      '--filter=blob:none',
      '--stdin',
      origin,
    ];
    await clone.remote.git(flags, { gitDir: clone.gitDir, input: linesOf(missing) });
    return 1;
  });
}

/** The ids of the blobs that the commits' diffs name and the clone has not. */
async function missingBlobs(
  { world }: Context,
  { gitDir }: Clone,
  ids: readonly string[],
  merges: string,
): Promise<Set<string>> {
  // A git that knows that there is a promisor ends at the first object that it may not fetch.
  return await borrowObjects(world, findRepository(gitDir, gitDir), async (borrowed) => {
    const start = async (args: readonly string[], input: Iterable<string> | AsyncIterable<string>) =>
      startGit(await readingCall(world, borrowed, args, input));
    const shape = ['--root', '-r', '--raw', '--no-renames', '--no-abbrev', `--diff-merges=${merges}`];
    const diff = await start(['diff-tree', '--stdin', ...shape], linesOf(ids));
    const check = await start(['cat-file', '--batch-check=%(objectname)', '--buffer'], blobsIn(diff.lines));
    const missing = new Set<string>();
    for await (const line of check.lines) {
      if (line.endsWith(' missing')) missing.add(line.slice(0, -' missing'.length));
    }
    await Promise.all([wentWell(diff, world.signal, gitDir), wentWell(check, world.signal, gitDir)]);
    return missing;
  });
}

function* linesOf(ids: Iterable<string>): Generator<string> {
  for (const id of ids) yield `${id}\n`;
}

/** Reads raw diff lines (git-diff-tree(1), "RAW OUTPUT FORMAT"): what is a file or a link, on either side. */
async function* blobsIn(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) {
    const [, oldMode = '', newMode = '', oldId = '', newId = ''] =
      /^:(\d+) (\d+) (\w+) (\w+) /.exec(line) ?? [];
    const ids = [isBlob(oldMode) ? `${oldId}\n` : '', isBlob(newMode) ? `${newId}\n` : ''].join('');
    if (ids !== '') yield ids;
  }
}

// 000000 is a side that is not there; 160000 is a commit of another repository.
const isBlob = (mode: string) => mode !== '' && mode !== '000000' && mode !== '160000';

async function wentWell({ ended }: GitProcess, signal: AbortSignal, gitDir: string): Promise<void> {
  const { code } = await ended;
  if (signal.aborted) throw new Problem('interrupted', `${String(signal.reason)} ended the command.`);
  if (code !== 0) throw brokenClone(gitDir);
}
