import { realpathSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { isInside } from '../inputs.ts';

/** A repository's path as a spec or a record may hold it: it says nothing of whose home it lies in. */
export function shownPath(home: string, labRoot: string, path: string): string {
  if (path === labRoot) return '.';
  if (isInside(labRoot, path)) return slashed(relative(labRoot, path));
  return belowHome(home, path) ?? slashed(path);
}

/** A repository as a spec or a record may hold it; a `file:` URL into the home folder says nothing of whose it is. */
export function shownRepository<R extends { readonly url?: string | undefined }>(home: string, named: R): R {
  const path = /^file:\/\/(\/.*)$/i.exec(named.url ?? '')?.[1];
  const below = path === undefined ? undefined : belowHome(home, posix.normalize(decoded(path)));
  return below === undefined ? named : { ...named, url: `file://${encodeURI(below)}` };
}

/** The URL that git is given: `file://~/` begins at the home folder. */
export function wholeUrl(home: string, url: string): string {
  return url.replace(/^file:\/\/~(?=\/|$)/, () => `file://${encodeURI(slashed(home)).replace(/\/$/, '')}`);
}

/** A path below the home folder as `~/…`; undefined where it lies elsewhere. */
function belowHome(home: string, path: string): string | undefined {
  const bare = path.length > 1 ? path.replace(/\/$/, '') : path;
  for (const own of [home, resolved(home)]) {
    if (bare === own) return '~';
    if (isInside(own, bare)) return `~/${slashed(relative(own, bare))}`;
  }
  return undefined;
}

/** A home folder without links, by which a path may have come there. */
function resolved(home: string): string {
  try {
    return realpathSync(home);
  } catch {
    return home;
  }
}

/** What git makes of a path in a URL. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const slashed = (path: string) => path.split('\\').join('/');
