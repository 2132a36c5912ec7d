import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { git, type MinedWorld, minedWorld } from './mined-history.ts';
import { idsOf, mined, outputOf, textOf } from './mining.ts';
import { put, timelab } from './rig.ts';

const key = 'kiln-4711-north';
let world: MinedWorld;

beforeAll(async () => {
  world = await minedWorld(3);
  const { repository } = world;
  await put(repository, 'settings.env', `KEY=${key}\n`);
  await git(repository, 'add', '-A');
  await git(repository, 'commit', '-qm', `feat: the kiln opens with ${key}`);
});
afterAll(async () => await world.remove());

test.each(['folders', 'json', 'csv'])(
  'a secret in a history is in no file that is mined: %s',
  async (format) => {
    const args = ['mine', '--repo', world.repository, '--format', format, '--again'];
    const open = await mined(world.lab, args);
    const run = await mined(world.lab, args, { LAB_API_KEY: key });
    const texts = async (folder: string) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return await Promise.all(
        files.map(async ({ parentPath, name }) => await readFile(join(parentPath, name), 'utf8')),
      );
    };
    expect((await texts(open.folder)).filter((text) => text.includes(key)).length).toBeGreaterThan(1);
    expect((await texts(run.folder)).filter((text) => text.includes(key))).toEqual([]);
    expect(run.manifest.notes).toContain(
      'The history holds a secret: in this run its name stands in its place.',
    );
    // All else is as it was.
    const masked = await texts(run.folder);
    expect(masked.filter((text) => text.includes('[secret LAB_API_KEY]')).length).toBeGreaterThan(1);
    expect(Object.keys(await outputOf(run))).toEqual(Object.keys(await outputOf(open)));
    expect(await idsOf(run)).toEqual(await idsOf(open));
    expect((await timelab(['verify', run.folder], { cwd: world.lab })).code).toBe(0);
    expect((await timelab(['repro', run.folder], { cwd: world.lab, env: { LAB_API_KEY: key } })).code).toBe(
      0,
    );
  },
);

test.each(['folders', 'json'])(
  'where masking one secret makes another, nothing is kept: %s',
  async (format) => {
    const args = ['mine', '--repo', world.repository, '--format', format, '--again'];
    const env = { LAB_API_KEY: key, OTHER_KEY: 'KEY=[secret LAB_API_KEY]' };
    const ran = await timelab(args, { cwd: world.lab, env });
    expect(ran).toMatchObject({ code: 65, stderr: expect.stringContaining('after it was masked') });
    expect(await readdir(join(world.lab, '.timelab/work'))).toEqual([]);
  },
);

test('the id of a commit is masked nowhere, whoever put it into a variable', async () => {
  const head = await git(world.repository, 'rev-parse', 'HEAD');
  const args = ['mine', '--repo', world.repository, '--again'];
  const run = await mined(world.lab, args, { CACHE_KEY: head });
  expect(await textOf(run, 'output/commits.jsonl')).toContain(head);
  expect(run.manifest.history?.head).toBe(head);
  expect((await timelab(['verify', run.folder], { cwd: world.lab })).code).toBe(0);
});
