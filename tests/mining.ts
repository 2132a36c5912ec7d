import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Commit } from '../packages/core/src/index.ts';
import { type Place, program, put, type Ran, timelab } from './rig.ts';
import { type FoundRun, readRun } from './runs.ts';
import { sha256 } from './snapshot.ts';

/** The smallest mining spec that can be run on a repository, with more put into it. */
export function miningSpec(
  path: string,
  more: {
    readonly inputs?: object;
    readonly config?: object;
    readonly output?: object;
    readonly [key: string]: unknown;
  } = {},
) {
  const { inputs = {}, ...rest } = more;
  return { kind: 'mining', version: '1.0', inputs: { repository: { path }, ...inputs }, ...rest };
}

/** A run that went well, and what its command said. */
export interface MinedRun extends FoundRun {
  readonly ran: Ran;
}

/** Runs `mine` or `summ`, which has to go well; gives the run whose record it printed first. */
export async function mined(lab: string, args: readonly string[], env: Place['env'] = {}): Promise<MinedRun> {
  const ran = await timelab(args, { cwd: lab, env });
  expect({ code: ran.code, words: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, words: '' });
  return { ...(await readRun(ran.stdout.split('\n')[0] ?? '')), ran };
}

/** Mines what a spec asks. */
export async function minedBySpec(
  lab: string,
  spec: object,
  args: readonly string[] = [],
): Promise<MinedRun> {
  await put(lab, 'spec.json', spec);
  return await mined(lab, ['mine', '--spec', 'spec.json', ...args]);
}

/** The text of a file of a run. */
export async function textOf({ folder }: FoundRun, path: string): Promise<string> {
  return await readFile(join(folder, path), 'utf8');
}

/** The ids that a run has mined, in its order, as its own list and its records both have them. */
export async function idsOf(run: FoundRun): Promise<string[]> {
  const ids = (await recordsOf(run)).map(({ id }) => id);
  expect(await textOf(run, 'input/commits.txt')).toBe(ids.map((id) => `${id}\n`).join(''));
  return ids;
}

/** The records of a run. */
export async function recordsOf(run: FoundRun): Promise<Commit[]> {
  const lines = (await textOf(run, 'output/commits.jsonl')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

/** What the sha256sum of this machine says of a file. */
export async function sha256sum(path: string): Promise<string> {
  return (await program('sha256sum', [path], { cwd: '/' })).stdout.split(' ')[0] ?? '';
}

/** The digest of every file of a run's output, by its path below it. */
export async function outputOf({ folder }: FoundRun): Promise<Record<string, string>> {
  const output = join(folder, 'output');
  const entries = await readdir(output, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  const digests = paths.map(async (path) => [path.slice(output.length + 1), sha256(await readFile(path))]);
  return Object.fromEntries(await Promise.all(digests));
}
