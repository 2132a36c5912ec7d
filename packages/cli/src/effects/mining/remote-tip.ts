import { Problem } from '@timelab/core';
import { noRepository, type Remote } from './remote-git.ts';

/** What a run begins at, as its server knows it. */
export interface Tip {
  /** What is asked of the server: a full ref name, `HEAD`, or the id of a commit. */
  readonly source: string;
  /** The commit that it is; undefined where the server has not been asked, and a fetch will tell. */
  readonly commit: string | undefined;
  /** The branch's short name, where one was asked for. */
  readonly branch: string | undefined;
}

const fullId = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Finds out what the name of a branch or a tag stands for on the server; a full ref name, an id and HEAD, which is
 * what no name means, are left to the fetch. (To answer for HEAD, ls-remote would have all refs sent, which are
 * hundreds of thousands on some servers.) Throws `commit_unknown` for a name that is not there.
 */
export async function findTip(remote: Remote, wanted = 'HEAD'): Promise<Tip> {
  if (fullId.test(wanted)) return { source: wanted, commit: wanted, branch: undefined };
  refuseNoName(wanted);
  if (wanted === 'HEAD' || wanted.startsWith('refs/'))
    return { source: wanted, commit: undefined, branch: /^refs\/heads\/(.+)/.exec(wanted)?.[1] };
  const [head, tag] = [`refs/heads/${wanted}`, `refs/tags/${wanted}`];
  const asked = ['ls-remote', '--heads', '--tags', '--', remote.url, head, tag, `${tag}^{}`];
  const ids = readRefs(await remote.git(asked, { gitDir: noRepository }));
  const onBranch = ids.get(head);
  if (onBranch !== undefined) return { source: head, commit: onBranch, branch: wanted };
  // Where a tag is an object of its own, the commit is what it is peeled to.
  const tagged = ids.get(`${tag}^{}`) ?? ids.get(tag);
  if (tagged !== undefined) return { source: tag, commit: tagged, branch: undefined };
  throw notOnServer(remote.url, wanted);
}

/** Reads `git ls-remote`: an id, a tab, a name. */
function readRefs(lines: readonly string[]): ReadonlyMap<string, string> {
  const pairs = lines.map((line) => line.split('\t'));
  return new Map(pairs.flatMap(([id = '', name = '']) => (fullId.test(id) ? [[name, id] as const] : [])));
}

// The rules of git-check-ref-format(1), and with them all that ls-remote would take for a pattern or an option.
const noName = /^[-/]|[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|^\.|\.lock(\/|$)|[/.]$|^@?$/;

function refuseNoName(wanted: string): void {
  if (!noName.test(wanted)) return;
  throw new Problem(
    'commit_unknown',
    `${JSON.stringify(wanted)} is no name that a branch or a tag can have.`,
    {
      hint: 'Of a remote repository name a branch, a tag, or the full id of a commit.',
    },
  );
}

/** Says that a server has not what was asked of it, or does not give it. */
export function notOnServer(url: string, wanted: string): Problem {
  if (wanted === 'HEAD')
    return new Problem('commit_unknown', `${url} has no commit yet, or its HEAD names none.`, {
      hint: 'Name a branch, a tag, or the full id of a commit.',
    });
  const what = fullId.test(wanted) ? 'does not give a commit' : 'has no branch or tag';
  return new Problem('commit_unknown', `${url} ${what} ${JSON.stringify(wanted)}.`, {
    hint: `\`git ls-remote ${url}\` lists what is there; a commit needs its full id.`,
  });
}

/** Whether a fetch failed because the server has not what was asked of it, as git words it. */
export function isNotOnServer(error: unknown): error is Problem {
  if (!(error instanceof Problem) || error.kind !== 'remote_failed') return false;
  return /not our ref|unadvertised object|couldn't find remote ref|Remote branch .* not found/.test(
    error.message,
  );
}
