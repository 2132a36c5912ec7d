import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Problem, type ProblemKind } from '@timelab/core';
import type { World } from '../../world.ts';
import { childEnvironment } from '../child-environment.ts';
import type { Fence } from '../fence/fence.ts';
import { findTool, pythonManners, type ToolName } from './tools.ts';

/** A helper program at work. */
export interface ToolProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when it ended well; rejects with a Problem in its own words otherwise. */
  readonly ended: Promise<void>;
  /** Asks it to end. */
  stop(): void;
}

/** The most words of a helper program that are kept, in lines. */
const MOST_WORDS = 50;

/** How long a program that is to end, and is not there yet, is waited for at a time. */
const untilThereMs = 5;

/** A call of a helper program. */
export interface ToolCall {
  readonly name: ToolName;
  readonly args: readonly string[];
  /** What it may read besides; absolute. */
  readonly reads: readonly string[];
  /** Where it works, and all that it may write; absolute. */
  readonly folder: string;
  /** Takes a line of its stderr, if it is one that tells how far it has come. */
  readonly onLine?: (line: string) => boolean;
}

/**
 * Starts a helper program behind a fence. It is told nothing of the caller but where programs are, and works in the
 * folder given, also for what is temporary. Each line on its stderr that `onLine` does not take is its words.
 */
export function startTool(
  world: World,
  fence: Fence,
  { name, args, reads, folder, onLine = () => false }: ToolCall,
): ToolProcess {
  const { home, signal } = world;
  const [program, all] = fence.around({ program: findTool(world, name), args, reads, writes: [folder] });
  const child = spawn(program, [...all], {
    cwd: folder,
    env: {
      ...childEnvironment(world, 'any'),
      ...{ TMPDIR: folder, LC_ALL: 'C.UTF-8' },
      ...pythonManners(folder),
    },
    // A signal to our whole group, as Ctrl-C sends it, would end the fence at once and what is behind it some time later.
    detached: true,
    windowsHide: true,
  });
  const stop = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const inner = fence.inner(child.pid);
    if (inner === undefined) setTimeout(stop, untilThereMs);
    else end(inner);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const words: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!onLine(line) && words.length < MOST_WORDS) words.push(line);
  });
  const ended = new Promise<void>((done, fail) => {
    child.on('error', (error) => fail(cannotStart(name, error)));
    child.on('close', (code) =>
      code === 0 ? done() : fail(failed(name, code, tellsNoHome(words.join('\n'), home))),
    );
  }).finally(() => signal.removeEventListener('abort', stop));
  // It may end before it has read everything; why is in its exit code and its words.
  child.stdin.on('error', () => {});
  // It is awaited when the stream has been read; until then a failure must not count as unhandled.
  ended.catch(() => {});
  return { child, ended, stop };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

const kinds: Readonly<Record<number, ProblemKind>> = { 65: 'repository_invalid' };

/** The words go into the record, and a program that breaks says where it lies. */
const tellsNoHome = (words: string, home: string) => (home.length > 1 ? words.replaceAll(home, '~') : words);

function failed(name: ToolName, code: number | null, said: string): Problem {
  // A fence tells of a signal as a shell does.
  const killed = code === null || code > 128;
  const reason = said === '' ? (killed ? 'a signal ended it' : `it ended with exit code ${code}`) : said;
  if (/No space left on device|Disk quota exceeded/.test(said))
    return new Problem('disk_full', `${name} could not go on: the disk is full.`);
  const kind = (name === 'rust_extractor' ? kinds[code ?? 0] : undefined) ?? 'tool_failed';
  return new Problem(kind, `${name}: ${reason.replace(/^(error|py_post): /, '')}`);
}

function cannotStart(name: ToolName, error: NodeJS.ErrnoException): Problem {
  return new Problem('tool_missing', `${name} could not be started: the system says ${error.code}.`);
}
