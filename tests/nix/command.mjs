import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { inRepository } from '../../scripts/repository.mjs';

/** What the tests of the flake keep: a Nix store of their own, so that neither root nor a daemon is needed. */
const cache = inRepository('.cache/nix');

/** Where the stand-in for nixpkgs lies, and the words that put it in nixpkgs' place. */
export const standIn = join(cache, 'host-nixpkgs');
export const insteadOfNixpkgs = ['--override-input', 'nixpkgs', `path:${standIn}`];

const settings = [
  'experimental-features = nix-command flakes',
  // Builds see the tools of the stand-in and no network, and are nobody, where this system can do that.
  'sandbox = relaxed',
  'build-users-group =',
  'substitute = false',
  'warn-dirty = false',
  // As many at once as CI has processors, each on one.
  'max-jobs = 2',
  'cores = 1',
  // No list of flakes is fetched from elsewhere.
  `flake-registry = ${join(cache, 'no-registry.json')}`,
];

// Instead of what a Nix has by default, as that of an unpacked Debian names a shell that is not here.
let visible = [];

/** Makes what the settings name; `folders` are what a build has to see of this machine. */
export function prepareCache(folders) {
  writeFileSync(join(inCache('.'), 'no-registry.json'), '{"flakes":[],"version":2}\n');
  visible = folders;
}

const inCache = (name) => {
  mkdirSync(join(cache, name), { recursive: true });
  return join(cache, name);
};

/** What a Nix is to be told by its environment, so that it works in the tests' own store. */
export const nixEnvironment = () => ({
  HOME: inCache('home'),
  XDG_CACHE_HOME: inCache('cache'),
  NIX_STORE_DIR: inCache('store'),
  NIX_STATE_DIR: inCache('var'),
  NIX_LOG_DIR: inCache('log'),
  NIX_CONF_DIR: inCache('conf'),
  NIX_REMOTE: '',
  NIX_CONFIG: [...settings, `sandbox-paths = ${visible.join(' ')}`].join('\n'),
});

/**
 * A function that calls one Nix program on a flake's sources, in the tests' own store, and gives its stdout.
 * Throws with `details`, the end of what was said on stderr.
 */
export function callNix(program, sources) {
  return async (words, { cwd = sources, env = {} } = {}) =>
    await output(program, words, { cwd, env: { ...process.env, ...nixEnvironment(), ...env } });
}

/** Runs a program to its end and gives its stdout, as bytes where `encoding` is `buffer`. */
export async function output(program, args, options = {}) {
  try {
    const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 2 ** 30, ...options });
    return stdout;
  } catch (error) {
    const details = `${error.stdout ?? ''}${error.stderr ?? ''}`.trimEnd().split('\n').slice(-40).join('\n');
    const message = `\`${program} ${args.slice(0, 3).join(' ')} …\` ended with ${error.signal ?? error.code}.`;
    throw Object.assign(new Error(message), { details });
  }
}
