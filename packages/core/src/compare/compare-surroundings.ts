import { specCopy } from '../record/kept-files.ts';
import type { Manifest } from '../record/manifest.ts';
import { differs, type FactorDifference, recordedDifferences } from './factor-difference.ts';
import { jsonDifferences } from './json-differences.ts';

/** Where other files were read or other commits mined; the spec's own copy is not counted, a file on one side only is. */
export function differingInputs(from: Manifest, to: Manifest): FactorDifference[] {
  const files = jsonDifferences(filesOf(from), filesOf(to)).map(({ pointer, a, b }) =>
    differs('inputs', `/inputs${pointer}`, a, b),
  );
  const [a, b] = [from.history, to.history];
  if (a === undefined || b === undefined) return files;
  const walked = [
    ...recordedDifferences('inputs', '/history/object_format', a.object_format, b.object_format),
    ...jsonDifferences(minedOf(a), minedOf(b)).map((one) =>
      differs('inputs', `/history${one.pointer}`, one.a, one.b),
    ),
  ];
  // The list of commits is among the files as well; the history says it in fewer words.
  return [...files.filter(({ pointer }) => !pointer.endsWith('commits.txt')), ...walked];
}

function filesOf({ inputs }: Manifest): Record<string, string> {
  return Object.fromEntries(
    inputs.filter(({ path }) => path !== specCopy).map(({ path, sha256 }) => [path, sha256]),
  );
}

/** What was mined: which commits, and which of them had no parents at hand. Where it lay is no part of it. */
function minedOf(history: NonNullable<Manifest['history']>) {
  const { commits, ids_sha256, ends_sha256 = null, shallow } = history;
  return { commits, ids_sha256, ends_sha256, shallow };
}

/** Where the lab's code is another: what lies outside the days, however many records were committed meanwhile. */
export function differingCode(from: Manifest, to: Manifest): FactorDifference[] {
  const [a, b] = [from.git?.code_sha256, to.git?.code_sha256];
  if (a !== undefined && b !== undefined) {
    return a === b ? [] : [differs('code', '/git/code_sha256', a, b)];
  }
  if (isSameTree(from, to)) return [];
  return [{ ...differs('code', '/git/code_sha256', a, b), known: false }];
}

function isSameTree(from: Manifest, to: Manifest): boolean {
  if (from.git === undefined || to.git === undefined) return false;
  if (from.git_sha !== to.git_sha || /^0+$/.test(from.git_sha)) return false;
  const clean = !from.git.dirty && !to.git.dirty;
  return clean || (from.git.tree !== undefined && from.git.tree === to.git.tree);
}

/** Where flake.lock, the system, a tool or the flake that timelab was built from is another. */
export function differingEnvironment(from: Manifest, to: Manifest): FactorDifference[] {
  const locks = [from.flake_lock_sha256, to.flake_lock_sha256] as const;
  return [
    // Zeros say that there was none, which is known.
    ...(locks[0] === locks[1] ? [] : [differs('environment', '/flake_lock_sha256', ...locks)]),
    ...recordedDifferences('environment', '/env', environmentOf(from), environmentOf(to)),
    ...recordedDifferences('environment', '/flake', from.flake, to.flake),
  ];
}

function environmentOf({ env }: Manifest) {
  const { system, apps, tools, nix_version } = env;
  const versions = apps.map((app): [string, string] => {
    const end = app.lastIndexOf('@');
    return [app.slice(0, end), app.slice(end + 1)];
  });
  return {
    system,
    apps: Object.fromEntries(versions),
    tools,
    ...(nix_version === undefined ? {} : { nix_version }),
  };
}
