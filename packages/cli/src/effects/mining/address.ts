import { Problem } from '@timelab/core';
import { readUrl } from './remote-url.ts';

/** Where a repository is: a place on this machine, or a URL that git fetches from; `host` is '' for `file:`. */
export type Address =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly host: string };

/** A repository as a spec names it, in one of three ways. */
export interface NamedRepository {
  readonly owner?: string | undefined;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly path?: string | undefined;
}

/**
 * Reads how a repository is named, without looking whether it is there. An owner and a name are GitHub's. Throws
 * `usage` for every address that git could take for something else than a repository, or that holds a password.
 */
export function readAddress({ owner, name, url, path }: NamedRepository): Address {
  if ([owner ?? name, url, path].filter((way) => way !== undefined).length !== 1)
    throw new Problem('usage', 'A repository is named by owner and name, or by a url, or by a path.');
  if (path !== undefined) return readPath(path);
  if (url === undefined) return readUrl(onGitHub(owner, name));
  return isRemote(url) ? readUrl(url) : readPath(url);
}

/** What `--repo`, with or without `--name`, says in a spec's words, so that the record of a run can repeat it. */
export function namedBy(repo: string, name?: string): NamedRepository {
  if (name !== undefined) return { owner: repo, name };
  return isRemote(repo) ? { url: repo } : { path: repo };
}

// As git tells them apart (git-fetch(1), "GIT URLS"): a colon before the first slash makes it another machine's.
const isRemote = (text: string) => /^([^/:]*@)?\[|^[^/]*:/.test(text);

function readPath(path: string): Address {
  if (path === '') throw new Problem('usage', 'The path of the repository is empty.');
  if (/[\u0000-\u001f\u007f]/.test(path))
    throw new Problem('usage', 'The path of the repository holds a control character.');
  if (path.startsWith('-')) {
    throw new Problem('usage', `${JSON.stringify(path)} begins as an option does.`, {
      hint: `If it is a folder, write ./${path}.`,
    });
  }
  return { kind: 'path', path };
}

function onGitHub(owner = '', name = ''): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(owner))
    throw new Problem('usage', `${JSON.stringify(owner)} is no name of an account on GitHub.`, {
      hint: '--repo OWNER --name NAME is a repository on GitHub; without --name, --repo is a URL or a path.',
    });
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(name) || /^\.{1,2}$/.test(name))
    throw new Problem('usage', `${JSON.stringify(name)} is no name of a repository on GitHub.`);
  return `https://github.com/${owner}/${name.replace(/\.git$/, '')}.git`;
}
