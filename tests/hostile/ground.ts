import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { hermetic, program, type Ran, temporaryFolder, timelab } from '../rig.ts';
import { snapshot } from '../snapshot.ts';
import { Repository } from './repository.ts';

/** A folder with a lab and, beside it, what is mined; whatever else appears in it was written where it must not be. */
export interface Ground {
  readonly root: string;
  readonly lab: string;
  /** What a command is told of where it is, beside a test's own. */
  readonly env: Readonly<Record<string, string>>;
  /** A command that leaves a trace here if anybody runs it. */
  readonly canary: (name: string) => string;
}

// One lab for all tests of a file, of which each has a copy: to make one takes as long as to mine.
const first = realpathSync(mkdtempSync(join(tmpdir(), 'hostile-lab-')));
const made = timelab(['init', first], { cwd: first }).then(async () => {
  await program('git', ['add', '-A'], { cwd: first });
  return await program('git', ['commit', '-qm', 'a lab'], { cwd: first });
});
afterAll(() => rmSync(first, { recursive: true }));

/** Makes a lab and nothing beside it. */
export async function newGround(): Promise<Ground> {
  const root = await temporaryFolder('hostile');
  const lab = join(root, 'lab');
  for (const name of ['home', 'tmp']) mkdirSync(join(root, name));
  expect((await made).code).toBe(0);
  cpSync(first, lab, { recursive: true, verbatimSymlinks: true });
  return {
    root,
    lab,
    env: { HOME: join(root, 'home'), TMPDIR: join(root, 'tmp') },
    canary: (name) => `touch '${root}/ran-${name}'`,
  };
}

/** A bare repository beside the lab; the commands know it as ../mined. */
export function newRepository({ root }: Ground, ...init: string[]): Repository {
  return new Repository(join(root, 'mined'), ...init);
}

/** Runs a command in the lab and sees that nothing but the lab was written to. */
export async function runIn(
  ground: Ground,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return await watched(ground, args.join(' '), async () => await startIn(ground, args, env));
}

/** Runs a command in the lab, which somebody else watches. */
export async function startIn(
  { lab, env }: Ground,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return await timelab(args, { cwd: lab, env: { ...env, ...more } });
}

/** Does work and sees that nothing but the lab was written to by it. */
export async function watched<T>(ground: Ground, what: string, work: () => Promise<T>): Promise<T> {
  const before = await beside(ground);
  const done = await work();
  expect(await beside(ground), what).toEqual(before);
  return done;
}

/** All that is beside the lab, with contents, permissions, sizes and times. */
async function beside({ root, lab }: Ground) {
  const names = ['-printf', '%P %y %m %s %T@ %l\\n'];
  const found = spawnSync('find', [root, '-path', lab, '-prune', '-o', '-mindepth', '1', ...names], {
    env: hermetic(),
    maxBuffer: 1e9,
  });
  // The folder for temporary files is used, and is to be as empty afterwards.
  const times = found.stdout.toString('latin1').split('\n').sort();
  const contents = Object.entries(await snapshot(root)).filter(([path]) => !/^lab(\/|$)/.test(path));
  return { times: times.filter((line) => !/^tmp d/.test(line)), contents };
}
