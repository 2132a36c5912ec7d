import type { Context } from '../../command.ts';
import type { Clone } from './clone-cache.ts';
import { withClone } from './clone-lock.ts';
import { depthFor, fetchFlags, localRef, modeFlags, shallowEnds } from './fetch-tip.ts';
import { origin, readWholeClone } from './remote-git.ts';
import { isNotOnServer, notOnServer } from './remote-tip.ts';

/**
 * Sees that a clone has commits that may be on no branch of it, with their parents; says how many fetches there were,
 * 0 or 1. Throws `commit_unknown` where the server does not give one of them, `remote_failed` where it gives nothing.
 */
export async function fetchCommit(context: Context, clone: Clone, ...ids: string[]): Promise<number> {
  const { gitDir, mode, head, remote } = clone;
  return await withClone(context, clone.place, async () => {
    const missing = await missingCommits(context, gitDir, ids);
    if (missing.length === 0) return 0;
    const depth = mode === 'shallow' ? await depthFor(context, gitDir, 2) : undefined;
    const refspecs = missing.map((id) => `+${id}:${localRef(id)}\n`);
    // Where depths are counted from the head too, what is there already is not cut off.
    const input = depth === undefined ? refspecs : [...refspecs, `${head}\n`];
    await remote
      .git([...fetchFlags, ...modeFlags(mode, depth), '--stdin', origin], { gitDir, input })
      .catch((error: unknown) => {
        throw notGiven(error, remote.url, missing);
      });
    return 1;
  });
}

async function missingCommits(context: Context, gitDir: string, ids: readonly string[]): Promise<string[]> {
  const check = ['cat-file', '--batch-check=%(objectname) %(objecttype)'];
  const answers = await readWholeClone(
    context,
    gitDir,
    check,
    ids.map((id) => `${id}\n`),
  );
  const ends = await shallowEnds(gitDir);
  return ids.filter((id, at) => answers[at]?.endsWith(' missing') === true || ends.has(id));
}

/** Servers say which commit they do not have, or do not give to those who know its id only. */
function notGiven(error: unknown, url: string, ids: readonly string[]): unknown {
  if (!isNotOnServer(error)) return error;
  return notOnServer(url, ids.find((id) => error.message.includes(id)) ?? ids[0] ?? '');
}
