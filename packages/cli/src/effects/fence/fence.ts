import { type Isolation, Problem } from '@timelab/core';
import type { World } from '../../world.ts';
import { childEnvironment } from '../child-environment.ts';
import { findProgram, noGit } from '../find-program.ts';
import { run } from '../spawn.ts';
import { aroundByBubblewrap, insideBubblewrap } from './bubblewrap.ts';

/** A program that is to run behind a fence, and all that it may see and change. Paths are absolute. */
export interface FencedCall {
  readonly program: string;
  readonly args: readonly string[];
  /** What it may read, beside the system's own programs; what is not there is passed over. */
  readonly reads: readonly string[];
  /** What it may change; it starts in the first of these. */
  readonly writes: readonly string[];
}

/** Keeps programs from the network, and where the system can from the rest of the disk. */
export interface Fence {
  readonly kind: Isolation;
  /** The words by which a program is started behind the fence. */
  around(call: FencedCall): readonly [program: string, args: readonly string[]];
  /**
   * The process of the program itself, by that of what was started; only it can end in good order. Undefined while it is not
   * there: a fence that is ended while it is put up may leave a part of itself that holds our streams for ever.
   */
  inner(pid: number): number | undefined;
}

const opened = new WeakMap<World, Promise<Fence>>();

/**
 * The fence for helper programs: bubblewrap, a network namespace, or none where TIMELAB_ISOLATION says so. It is tried
 * once. Throws `isolation_missing` where there is none and none was not asked for.
 */
export function openFence(world: World): Promise<Fence> {
  const known = opened.get(world);
  if (known !== undefined) return known;
  const found = chooseFence(world);
  opened.set(world, found);
  return found;
}

async function chooseFence(world: World): Promise<Fence> {
  const asked = world.env['TIMELAB_ISOLATION'] ?? '';
  if (asked === 'none')
    return { kind: 'none', around: ({ program, args }) => [program, args], inner: itself };
  const known = asked === '' || Object.hasOwn(fences, asked);
  if (!known)
    throw new Problem('usage', `TIMELAB_ISOLATION is ${JSON.stringify(asked)}, which is no isolation.`, {
      hint: `It can be ${[...Object.keys(fences), 'none'].join(', ')}.`,
    });
  const git = findProgram(world.env, 'git');
  if (git === undefined) throw noGit();
  for (const [kind, build] of Object.entries(fences)) {
    if (asked !== '' && asked !== kind) continue;
    const fence = build(world);
    if (fence !== undefined && (await holds(world, fence, git))) return fence;
  }
  const tried = asked === '' ? 'Neither bubblewrap nor a network namespace' : `No ${asked}`;
  throw new Problem('isolation_missing', `${tried} can be had here to keep helper programs off the network.`);
}

/** What is started becomes the program. */
const itself = (pid: number) => pid;

const fences: Readonly<Record<Exclude<Isolation, 'none'>, (world: World) => Fence | undefined>> = {
  bubblewrap: ({ env }) => {
    const bwrap = findProgram(env, 'bwrap');
    if (bwrap === undefined) return undefined;
    return { kind: 'bubblewrap', around: (call) => aroundByBubblewrap(bwrap, call), inner: insideBubblewrap };
  },
  namespace: ({ env }) => {
    const unshare = findProgram(env, 'unshare');
    if (unshare === undefined) return undefined;
    // Without root a namespace of users is what the others can be made in.
    const walls = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-current-user'];
    return {
      kind: 'namespace',
      around: ({ program, args }) => [unshare, [...walls, '--', program, ...args]],
      inner: itself,
    };
  },
};

/** Whether a git starts behind the fence, as the helper programs have to. */
async function holds(world: World, fence: Fence, git: string): Promise<boolean> {
  const [program, args] = fence.around({ program: git, args: ['--version'], reads: [], writes: [] });
  return (await run(program, args, { cwd: world.cwd, env: childEnvironment(world, 'any') })).code === 0;
}
