import { Problem } from '@timelab/core';
import type { Context } from '../../command.ts';
import { refuseBrokenFence } from '../fence/fenced-git.ts';
import { secretKeeper } from '../masking/secret-keeper.ts';
import { fetchProgress } from './fetch-progress.ts';
import { runGit } from './git-process.ts';
import { fetchingEnvironment, gitWords } from './git-surroundings.ts';
import { fetchFailed, harmless } from './git-words.ts';
import { readingCall } from './reading-git.ts';

/** A repository elsewhere that may be reached, and a git that reaches it. */
export interface Remote {
  readonly url: string;
  /** Every host that git was sent to, in the order of the first time. */
  readonly hosts: ReadonlySet<string>;
  /** Runs a git that may fetch; gives the lines that it printed. Throws `remote_failed`, `interrupted`, `disk_full`. */
  git(args: readonly string[], options?: RemoteCall): Promise<readonly string[]>;
}

/** Where a fetching git works, and what it reads. */
interface RemoteCall {
  readonly gitDir?: string;
  readonly input?: Iterable<string>;
}

/** The name under which a clone knows where it is from: none that a person's own configuration speaks of. */
export const origin = 'timelab';

/** A git directory for a git that is in no repository: none whose configuration could have a say. */
export const noRepository = '/dev/null';

/** Opens the way to a URL; no host is asked anything yet. Throws `network_denied` where a host would be, unallowed. */
export async function reachRemote(context: Context, url: string, allowNet: boolean): Promise<Remote> {
  const { world } = context;
  const [asked, sshCommand] = await Promise.all([effectiveUrl(context, url), quietSsh(context)]);
  const named = hostOf(url);
  const host = hostOf(asked);
  const denied = [named, host].find((name) => name !== '');
  if (!allowNet && denied !== undefined)
    throw new Problem('network_denied', `Git would reach ${denied}, and network access was not allowed.`);
  const env = fetchingEnvironment(world, isPlainLoopback(asked), sshCommand);
  const hosts = new Set([host].filter((name) => name !== ''));
  const onProgress = fetchProgress(context, named);
  return {
    url,
    hosts,
    git: async (args, { gitDir, input } = {}) => {
      const call = { args: [...gitWords(gitDir), ...args], env, onProgress, signal: world.signal };
      const { code, stderr, lines } = await runGit(input === undefined ? call : { ...call, input });
      for (const target of redirectsIn(stderr)) hosts.add(target);
      context.report.progress('');
      if (code === 0 && !world.signal.aborted) return lines;
      if (gitDir !== undefined && gitDir !== noRepository) await refuseBroken(context, gitDir);
      // Before any of it is cut: half a secret could be guessed.
      throw fetchFailed(
        url,
        secretKeeper(world).mask.text(stderr),
        world.signal.aborted ? world.signal.reason : undefined,
      );
    },
  };
}

/** Runs a git that reads the cache, or notes something there, behind the fence, to its end; gives its lines, or undefined where it failed. */
export async function readClone(
  { world }: Context,
  gitDir: string,
  args: readonly string[],
  input: Iterable<string> = [],
): Promise<readonly string[] | undefined> {
  const { code, stderr, lines } = await runGit(await readingCall(world, gitDir, args, input));
  if (world.signal.aborted)
    throw new Problem('interrupted', `${String(world.signal.reason)} ended the command.`);
  refuseBrokenFence(code, stderr);
  return code === 0 ? lines : undefined;
}

/** The same for what cannot fail in a clone that is whole; throws `remote_failed`. */
export async function readWholeClone(
  context: Context,
  gitDir: string,
  args: readonly string[],
  input?: Iterable<string>,
): Promise<readonly string[]> {
  const lines = await readClone(context, gitDir, args, input);
  if (lines !== undefined) return lines;
  throw brokenClone(gitDir);
}

/** Says that a clone in the cache is not what it was when it was made. */
export function brokenClone(gitDir: string): Problem {
  return new Problem('remote_failed', `The copy that was kept of it, ${gitDir}, cannot be read.`, {
    hint: 'Delete that folder: it is only a cache, and is fetched again.',
  });
}

/** A fetch into a clone that is broken fails too, in words that are about anything but that. */
async function refuseBroken(context: Context, gitDir: string): Promise<void> {
  await readWholeClone(context, gitDir, ['for-each-ref', '--format=%(objecttype)']);
}

/** What git's url.<base>.insteadOf makes of a URL. */
async function effectiveUrl(context: Context, url: string): Promise<string> {
  return (await ask(context, ['ls-remote', '--get-url', '--', url])) || url;
}

/** The ssh that is configured, told to ask nothing; another program than ssh may not know how. */
async function quietSsh(context: Context): Promise<string> {
  const command = (await ask(context, ['config', '--get', 'core.sshCommand'])) || 'ssh';
  return /^(\S*\/)?ssh(\s|$)/.test(command) ? `${command} -o BatchMode=yes` : command;
}

async function ask({ world }: Context, args: readonly string[]): Promise<string> {
  const env = { ...fetchingEnvironment(world, false, 'ssh'), GIT_ALLOW_PROTOCOL: 'none' };
  const { lines } = await runGit({ args: [...gitWords(noRepository), ...args], env, signal: world.signal });
  return lines[0] ?? '';
}

function hostOf(url: string): string {
  if (/^(file:\/\/|\/)/.test(url)) return '';
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)/i.exec(url)?.[1] ?? /^([^/]*?):/.exec(url)?.[1] ?? '';
  const host = authority.replace(/^.*@/, '').replace(/:\d*$/, '');
  return harmless(host.toLowerCase());
}

const isPlainLoopback = (url: string) => /^http:\/\/(localhost|127(\.\d+){3}|\[::1\])[:/]/.test(url);

/** The hosts that servers have sent git on to (git's own words: "redirecting to"). */
function redirectsIn(stderr: string): string[] {
  return [...stderr.matchAll(/^warning: redirecting to (\S+)/gm)].map(([, url = '']) => hostOf(url));
}
