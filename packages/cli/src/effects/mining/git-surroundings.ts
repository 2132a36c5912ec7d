import type { World } from '../../world.ts';
import { fetchEnvironment } from '../child-environment.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=true',
  // Nothing is tidied up behind our back: a fetch costs what it fetches.
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.writeCommitGraph=false',
  'fetch.prune=false',
  'fetch.pruneTags=false',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  'transfer.bundleURI=false',
  'protocol.ext.allow=never',
  'core.askPass=',
  // A server that sends nothing for five minutes is taken for gone.
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=300',
].flatMap((setting) => ['-c', setting]);

/** What every git of the cache is told before its subcommand. */
export function gitWords(gitDir?: string): string[] {
  const place = gitDir === undefined ? [] : [`--git-dir=${gitDir}`];
  return ['--no-pager', '--no-replace-objects', ...place, ...settings];
}

/**
 * What a git that fetches may know: the ways out, agents, the secrets that the spec names, and of git's own variables
 * those that say where the caller's configuration is.
 */
export function fetchingEnvironment(world: World, plainHttp: boolean, sshCommand: string): Environment {
  return {
    ...fetchEnvironment(world),
    ...pick(world.env, 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'),
    ...trace(world),
    // A redirect to another protocol is held to this too.
    GIT_ALLOW_PROTOCOL: plainHttp ? 'http:https:ssh:file' : 'https:ssh:file',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GCM_INTERACTIVE: 'never',
    GIT_SSH_COMMAND: sshCommand,
    LC_ALL: 'C',
    LANGUAGE: '',
  };
}

/** What a git that only reads the cache may know: no configuration but the cache's own, and no way to any server. */
export function readingEnvironment(world: World): Environment {
  return { ...closedEnvironment(world), ...trace(world) };
}

/**
 * What a git may know that reads a repository and nothing else: where programs and temporary files are, no
 * configuration but the repository's own, no way to any server, nobody to ask, and nothing to write.
 */
export function closedEnvironment(world: World): Environment {
  return {
    ...pick(world.env, 'PATH', 'TMPDIR'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
}

/** Git's own record of what it starts, into a file that the caller names; it changes nothing in what git does. */
function trace({ env }: World): Environment {
  return env['GIT_TRACE2_EVENT']?.startsWith('/') === true ? pick(env, 'GIT_TRACE2_EVENT') : {};
}

function pick(env: Environment, ...names: string[]): Environment {
  return Object.fromEntries(names.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]));
}
