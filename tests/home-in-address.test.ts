import { readdir, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { minedHistory } from './mined-history.ts';
import { mined } from './mining.ts';
import { put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { readRun } from './runs.ts';

/** A home folder with a space in its name, in which a repository lies; and all that a run made of it wrote down. */
async function atHome() {
  const home = join(await temporaryFolder('timelab-home'), 'Ada L');
  await put(home, 'note', '');
  await minedHistory(join(home, 'src/engine'), 12);
  const env = { HOME: home };
  const told = async (folder: string) => {
    const paths = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = paths.filter((entry) => entry.isFile());
    const texts = files.map(async ({ parentPath, name }) => await readFile(join(parentPath, name), 'utf8'));
    return (await Promise.all(texts)).join('\n');
  };
  return { home, env, told, lab: await temporaryLab() };
}

const ways: Readonly<Record<string, (home: string) => string>> = {
  'as it is': (home) => `file://${encodeURI(home)}/src/engine`,
  'by way of other folders': (home) => `file:///tmp/..${encodeURI(home)}//src/./engine/`,
  'percent-encoded': (home) =>
    `file://${home.replace(/[ a-z]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}/src/engine`,
  'by its short name': () => 'file://~/src/engine',
};

test.each(Object.keys(ways))(
  'a file: URL into the home folder, %s, says nothing of whose it is',
  async (way) => {
    const { home, env, told, lab } = await atHome();
    const url = ways[way]?.(home) ?? '';
    const call = ['mine', '--repo', url, '--limit', '3', '--allow-net'];
    const run = await mined(lab, call, env);
    expect(run.manifest.history?.repository).toEqual({ url: 'file://~/src/engine' });
    expect(run.manifest.cmd).toContain("--repo 'file://~/src/engine'");
    const all = await told(run.folder);
    for (const name of ['Ada L', 'Ada%20L', basename(join(home, '..'))]) expect(all).not.toContain(name);
    const repeated = await timelab(['repro', run.folder, '--allow-net'], { cwd: lab, env });
    expect({ code: repeated.code, words: repeated.stderr }).toMatchObject({ code: 0 });
    const again = await readRun(repeated.stdout.split('\n')[0] ?? '');
    expect(again.manifest.history?.repository).toEqual({ url: 'file://~/src/engine' });
  },
);

test('the same of a spec, and of a home that is reached over a link', async () => {
  const { home, env, lab } = await atHome();
  const link = join(await temporaryFolder(), 'home');
  await symlink(home, link);
  await put(lab, 'spec.json', {
    kind: 'mining',
    version: '1.0',
    inputs: { repository: { url: `file://${encodeURI(home)}/src/engine` } },
    config: { limit: 3 },
    allow_net: true,
  });
  const run = await mined(lab, ['mine', '--spec', 'spec.json'], { ...env, HOME: link });
  expect(run.manifest.history?.repository).toEqual({ url: 'file://~/src/engine' });
});

test('one elsewhere stays as it is', async () => {
  const { home, lab } = await atHome();
  const url = `file://${encodeURI(home)}/src/engine`;
  const other = { HOME: await temporaryFolder() };
  const run = await mined(lab, ['mine', '--repo', url, '--limit', '3', '--allow-net'], other);
  expect(run.manifest.history?.repository).toEqual({ url });
});
