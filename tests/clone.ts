import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { program, repository } from './rig.ts';

/** What set-up and build read. */
const parts = [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'schemas',
  'scripts',
  'packages',
];

/**
 * Makes a second copy of this repository in a folder of that name, set up but not built, gone when the test is.
 * The installed packages are hard links to ours: a second of work, and no disk.
 */
export async function cloneOfRepository(name: string): Promise<string> {
  const cache = join(repository, '.cache');
  await mkdir(cache, { recursive: true });
  const parent = await realpath(await mkdtemp(join(cache, 'clone-')));
  onTestFinished(async () => await rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const clone = join(parent, name);
  await mkdir(clone);
  await copy(['-a', ...parts.map((part) => join(repository, part)), clone]);
  // A test runner that is started meanwhile makes and removes files of its own there.
  const installed = (await readdir(join(repository, 'node_modules'))).filter((name) => !/^\.vite/.test(name));
  await mkdir(join(clone, 'node_modules'));
  await copy([
    '-al',
    ...installed.map((name) => join(repository, 'node_modules', name)),
    join(clone, 'node_modules'),
  ]);
  await rm(join(clone, 'packages/cli/dist'), { recursive: true, force: true });
  return clone;
}

async function copy(args: readonly string[]): Promise<void> {
  const { code, stderr } = await program('cp', args, { cwd: repository });
  if (code !== 0) throw new Error(`cp failed: ${stderr}`);
}
