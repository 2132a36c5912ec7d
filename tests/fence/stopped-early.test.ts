import { readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openFence } from '../../packages/cli/src/effects/fence/fence.ts';
import { findProgram } from '../../packages/cli/src/effects/find-program.ts';
import { startTool } from '../../packages/cli/src/effects/mining/tool-process.ts';
import { needHelpers } from '../needed-helpers.ts';
import { processesOf, told } from '../processes.ts';
import { put, repository, temporaryFolder } from '../rig.ts';
import { type SmallWorld, smallWorld } from '../small-world.ts';

const bwrap = findProgram(process.env, 'bwrap');

test('a helper program that is to end while its fence is put up does, and nothing is left of either', async (context) => {
  needHelpers(context);
  if (process.platform !== 'linux') context.skip('strace is for Linux');
  if (findProgram(process.env, 'strace') === undefined) context.skip('no strace, which holds bubblewrap up');
  if (bwrap === undefined) context.skip('bubblewrap is not on the PATH');
  const folder = await temporaryFolder();
  // Between the start of the first process inside and the word that it may go on, bubblewrap calls prctl(2) twice.
  const slow = `#!/bin/sh
    exec strace -D -qq -o /dev/null -e trace=prctl -e inject=prctl:delay_enter=500000 '${bwrap}' "$@"\n`;
  await chmod(await put(folder, 'bin/bwrap', slow), 0o755);
  const { world } = worldOf(folder, {
    PATH: `${folder}/bin:${process.env['PATH']}`,
    TIMELAB_ISOLATION: 'bubblewrap',
  }).context;
  const { child, ended, stop } = startTool(world, await openFence(world), waiting(folder));
  while (!isBegun(child.pid)) await sleep(1);
  stop();
  await expect(ended).rejects.toMatchObject({ message: 'py_post: a signal ended it' });
  // strace itself ends a moment later.
  await expect.poll(() => processesOf(folder), { timeout: 300_000 }).toEqual([]);
});

test('one that is to end before it is started does', async (context) => {
  needHelpers(context);
  const folder = await temporaryFolder();
  const {
    context: { world },
    stop,
  } = worldOf(folder, { TIMELAB_ISOLATION: 'none' });
  stop.abort('SIGINT');
  const { ended } = startTool(world, await openFence(world), waiting(folder));
  await expect(ended).rejects.toMatchObject({ message: 'py_post: a signal ended it' });
});

/** A world whose home is a folder. */
function worldOf(folder: string, env: Readonly<Record<string, string>>): SmallWorld {
  const TIMELAB_PY_POST = join(repository, 'tools/py_post/.venv/bin/py_post');
  return smallWorld(folder, { ...env, TIMELAB_PY_POST });
}

/** A call of a helper program that waits for what nobody writes. */
const waiting = (folder: string) =>
  ({ name: 'py_post', args: ['-', '--out', folder], reads: [], folder }) as const;

/** Whether there is a first process inside of a fence; its program comes later. */
const isBegun = (pid: number | undefined) =>
  childrenOf(pid).some((each) => told(() => readFileSync(`/proc/${each}/comm`, 'utf8')) === 'bwrap\n');

function childrenOf(pid: number | undefined): number[] {
  const list = told(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  return list.split(' ').filter(Boolean).map(Number);
}
