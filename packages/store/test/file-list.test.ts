import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFileList } from '../src/index.ts';
import { withLab } from './temporary-lab.ts';

const digest = 'a'.repeat(64);

async function read(root: string, file_list?: string): Promise<(readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  const manifest = file_list === undefined ? {} : { file_list };
  for await (const entry of readFileList(root, manifest)) found.push(entry);
  return found;
}

test('files are given by their paths in the run, with their digests', async () => {
  await withLab(async ({ root }) => {
    await mkdir(join(root, 'output'));
    await writeFile(join(root, 'output/SUMS'), `${digest}  a/b c.txt\n${'b'.repeat(64)}  .hidden\n`);
    expect(await read(root, 'output/SUMS')).toEqual([
      ['output/a/b c.txt', digest],
      ['output/.hidden', 'b'.repeat(64)],
    ]);
  });
});

test.each(['../x', 'a/../../x', '/etc/passwd', '.', 'a/./b', 'a//b', 'a/', '', 'a\\b', 'a\u0001'])(
  'a line for %j is passed over',
  async (path) => {
    await withLab(async ({ root }) => {
      await writeFile(join(root, 'SUMS'), `${digest}  ${path}\nno line at all\n${digest}  good\n`);
      expect(await read(root, 'SUMS')).toEqual([['good', digest]]);
    });
  },
);

test('a run without a list, or whose list is gone, lists nothing', async () => {
  await withLab(async ({ root }) => {
    expect(await read(root)).toEqual([]);
    expect(await read(root, 'output/SUMS')).toEqual([]);
  });
});

test('a list is no link, and a pipe is not waited for', async () => {
  await withLab(async ({ root }) => {
    await writeFile(join(root, 'real'), `${digest}  x\n`);
    await symlink('real', join(root, 'link'));
    await expect(read(root, 'link')).rejects.toMatchObject({ code: 'ELOOP' });
    spawnSync('mkfifo', [join(root, 'pipe')]);
    expect(await read(root, 'pipe')).toEqual([]);
  });
});
