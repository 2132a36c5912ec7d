import { spawn } from 'node:child_process';
import type { World } from '../../world.ts';
import { fencedGit, refuseBrokenFence, type Started } from '../fence/fenced-git.ts';
import { cannotStart } from './git-process.ts';
import { closedEnvironment } from './git-surroundings.ts';

/** What a git process left: its exit code, what it printed, and its words about it. */
export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const settings = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  // A commit-graph is a repository's own claim about its history; the objects are the history.
  'core.commitGraph=false',
  'core.disambiguate=committish',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.allow=never',
].flatMap((setting) => ['-c', setting]);

/** What a call of git reads, and how much of what it prints is wanted. */
export interface SafeCall {
  readonly stdin?: string;
  /** In bytes; git is ended when it has printed them. */
  readonly atMost?: number;
  /** In milliseconds; git is ended after them, with the exit code 128 and no words. */
  readonly within?: number;
}

/**
 * A git for the directory of a repository that nobody vouches for: it reads no configuration but that directory's
 * own, runs no hook, fetches nothing, reaches no network, and takes names and ids on stdin or after `--end-of-options` only.
 */
export function safeGit(world: World, gitDir: string) {
  return async (args: readonly string[], call: SafeCall = {}): Promise<GitAnswer> => {
    const all = ['--no-pager', '--no-replace-objects', `--git-dir=${gitDir}`, ...settings, ...args];
    const answer = await heard(world, await fencedGit(world, gitDir, all), call);
    refuseBrokenFence(answer.code, answer.stderr);
    return answer;
  };
}

/** Runs a program to its end, or to what is wanted of it. */
async function heard(world: World, [program, words]: Started, call: SafeCall): Promise<GitAnswer> {
  return await new Promise((done, fail) => {
    const { stdin = '', atMost = Number.POSITIVE_INFINITY, within } = call;
    const child = spawn(program, [...words], {
      cwd: '/',
      env: { ...closedEnvironment(world) },
      signal: world.signal,
    });
    // Not spawn's own timeout, which goes on where git could not be started.
    const late = within === undefined ? undefined : setTimeout(() => child.kill(), within);
    const printed: Buffer[] = [];
    const said: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (piece: Buffer) => {
      printed.push(piece);
      length += piece.length;
      if (length >= atMost) child.kill();
    });
    child.stderr.on('data', (piece: Buffer) => said.push(piece));
    child.on('error', (error) => {
      clearTimeout(late);
      fail(cannotStart(error));
    });
    child.on('close', (code) => {
      clearTimeout(late);
      const stdout = Buffer.concat(printed).subarray(0, Math.min(length, atMost));
      done({ code: code ?? 128, stdout, stderr: Buffer.concat(said).toString('utf8') });
    });
    // A git that ends before it has read everything says why by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
