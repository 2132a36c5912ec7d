import { Problem } from '@timelab/core';
import { noRepository, type Remote } from './remote-git.ts';

/** What a run begins at, as its server knows it. */
export interface Tip {
  /** What is asked of the server: a full ref name, `HEAD`, or the id of a commit. */
  readonly source: string;
  /** The commit that the server said it is, as far as it said so. */
  readonly commit: string;
  /** The branch's short name, where it is one. */
  readonly branch: string | undefined;
}

const fullId = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Asks the server what a branch, a tag, a full ref name or, if nothing is named, its HEAD stands for now; the id of a
 * commit needs no asking. Throws `commit_unknown` for what is not there.
 */
export async function findTip(remote: Remote, wanted: string | undefined): Promise<Tip> {
  if (wanted !== undefined && fullId.test(wanted))
    return { source: wanted, commit: wanted, branch: undefined };
  if (wanted !== undefined) refuseNoName(wanted);
  const names = wanted === undefined ? ['HEAD'] : candidates(wanted);
  const asked = ['ls-remote', '--symref', '--', remote.url, ...names.flatMap((name) => [name, `${name}^{}`])];
  const found = readRefs(await remote.git(asked, { gitDir: noRepository }));
  const head = wanted === undefined ? (found.head ?? 'HEAD') : undefined;
  const source = head ?? names.find((name) => found.ids.has(name));
  const id = found.ids.get(head === undefined ? (source ?? '') : 'HEAD');
  if (source === undefined || id === undefined) throw notThere(remote.url, wanted);
  const branch = source.startsWith('refs/heads/') ? source.slice('refs/heads/'.length) : undefined;
  return { source, commit: found.ids.get(`${source}^{}`) ?? id, branch };
}

const candidates = (name: string) =>
  name === 'HEAD' || name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];

/** Reads `git ls-remote --symref`: an id or `ref: NAME`, a tab, a name. */
function readRefs(lines: readonly string[]): { ids: Map<string, string>; head: string | undefined } {
  const pairs = lines.map((line) => line.split('\t')).filter(([, name]) => name !== undefined);
  const ids = new Map(
    pairs.flatMap(([id = '', name = '']) => (fullId.test(id) ? [[name, id] as const] : [])),
  );
  const head = pairs.find(([value, name]) => name === 'HEAD' && value?.startsWith('ref: refs/'))?.[0];
  return { ids, head: head?.slice('ref: '.length) };
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

function notThere(url: string, wanted: string | undefined): Problem {
  if (wanted === undefined)
    return new Problem('commit_unknown', `${url} has no commit yet, or no HEAD.`, { hint: 'Name a branch.' });
  return new Problem('commit_unknown', `${url} has no branch or tag ${JSON.stringify(wanted)}.`, {
    hint: `\`git ls-remote ${url}\` lists what is there; a commit needs its full id.`,
  });
}
