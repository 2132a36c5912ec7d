import { existsSync } from 'node:fs';
import {
  lstat,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MinedWorld, minedWorld } from './mined-history.ts';
import { idsOf, type MinedRun, mined } from './mining.ts';
import { copyLab, program, timelab } from './rig.ts';
import { snapshot } from './snapshot.ts';

let world: MinedWorld;
let made: readonly MinedRun[];
let lab: string;
let older: MinedRun;
let newer: MinedRun;

/** One second after the other of one day: all runs are to lie beside one another, though a day may end meanwhile. */
const at = (second: number) => ({ TIMELAB_NOW: `2025-10-15T10:23:0${second}.000Z` });

beforeAll(async () => {
  world = await minedWorld(20);
  const call = (limit: string) => ['mine', '--repo', world.repository, '--limit', limit];
  made = [await mined(world.lab, call('8'), at(1)), await mined(world.lab, call('5'), at(2))];
});
afterAll(async () => await world.remove());

beforeEach(async () => {
  lab = await copyLab(world.lab);
  const here = (run: MinedRun) => ({ ...run, folder: run.folder.replace(world.lab, lab) });
  [older, newer] = made.map(here) as [MinedRun, MinedRun];
});

const outputs = () => dirname(older.folder);
const nameOf = (id: string) => `commit_${id.slice(0, 12)}`;
const sync = async () => JSON.parse((await timelab(['sync', '--json'], { cwd: lab })).stdout);

/** Where the link of each commit leads, beside the runs. */
async function links(): Promise<Record<string, string>> {
  const names = (await readdir(outputs())).filter((name) => name.startsWith('commit_'));
  const targets = names.sort().map(async (name) => [name, await readlink(join(outputs(), name))]);
  return Object.fromEntries(await Promise.all(targets));
}

/** Where they have to lead: to the newest run that has the commit. */
async function due(...runs: MinedRun[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const run of runs)
    for (const id of await idsOf(run)) found[nameOf(id)] = `${basename(run.folder)}/output/${nameOf(id)}`;
  return found;
}

describe('links beside the runs', () => {
  test('lead to the newest folder of each commit, and the day’s knowledge to each graph', async () => {
    expect(await links()).toEqual(await due(older, newer));
    expect(Object.keys(await links())).toHaveLength(8);
    const graphs = join(outputs(), '../../knowledge/graph');
    for (const { folder } of [older, newer]) {
      const graph = await realpath(join(graphs, `${basename(folder)}.json`));
      expect(graph).toBe(join(folder, 'output/graph.json'));
    }
  });

  test('are made again by sync, all alike, after they were deleted', async () => {
    await sync();
    const before = await snapshot(lab);
    for (const name of Object.keys(await links())) await unlink(join(outputs(), name));
    await rm(join(outputs(), '../../knowledge/graph'), { recursive: true });
    expect((await sync()).ok).toBe(true);
    expect(await snapshot(lab)).toEqual(before);
    await sync();
    expect(await snapshot(lab)).toEqual(before);
  });

  test('lead to the older run after the newest was deleted', async () => {
    await rm(newer.folder, { recursive: true });
    await sync();
    expect(await links()).toEqual(await due(older));
    await rm(older.folder, { recursive: true });
    await sync();
    expect(await links()).toEqual({});
  });

  test('leave alone what somebody put in their place', async () => {
    const [mine = '', linked = '', folder = ''] = Object.keys(await links());
    for (const name of [mine, linked, folder]) await unlink(join(outputs(), name));
    await writeFile(join(outputs(), mine), 'mine\n');
    await symlink('/somewhere/else', join(outputs(), linked));
    await program('mkdir', [join(outputs(), folder)], { cwd: '/' });
    await mined(lab, ['mine', '--repo', world.repository, '--limit', '8', '--again'], at(3));
    expect(await readFile(join(outputs(), mine), 'utf8')).toBe('mine\n');
    expect(await readlink(join(outputs(), linked))).toBe('/somewhere/else');
    expect((await lstat(join(outputs(), folder))).isDirectory()).toBe(true);
    await sync();
    expect(await readFile(join(outputs(), mine), 'utf8')).toBe('mine\n');
    expect((await lstat(join(outputs(), folder))).isDirectory()).toBe(true);
  });

  test('are not moved by a run that failed, nor by one without folders', async () => {
    const before = await links();
    const call = ['mine', '--repo', world.repository, '--limit', '8'];
    await mined(lab, [...call, '--format', 'json'], at(3));
    const failed = await timelab([...call, '--again'], {
      cwd: lab,
      env: { TIMELAB_PY_POST: '/nonexistent', ...at(4) },
    });
    expect(failed.code).toBe(70);
    expect(await links()).toEqual(before);
    await sync();
    expect(await links()).toEqual(before);
  });

  test('are moved by a summary of one commit, too', async () => {
    const [id = ''] = await idsOf(older);
    const run = await mined(lab, ['summ', id, '--repo', world.repository], at(3));
    expect((await links())[nameOf(id)]).toBe(`${basename(run.folder)}/output/${nameOf(id)}`);
  });
});

test('a day that nobody has made is made as far as the run needs it', async () => {
  const TIMELAB_NOW = '2031-02-03T04:05:06.789Z';
  const run = await mined(lab, ['mine', '--repo', world.repository, '--limit', '2'], { TIMELAB_NOW });
  expect(run.folder).toContain('/2031/02/03/analyzer/outputs/');
  const graph = join(lab, '2031/02/03/knowledge/graph', `${basename(run.folder)}.json`);
  expect(existsSync(graph)).toBe(true);
});
