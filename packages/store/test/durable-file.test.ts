import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFileDurable, makeFoldersDurable, writeFileDurable } from '../src/durable-file.ts';
import { linkTarget, pointLink } from '../src/link.ts';
import { withLab } from './temporary-lab.ts';

test('whatever is written is read back, and nothing else is left in the folder', async () => {
  await withLab(async ({ root }) => {
    const path = join(root, 'file');
    const write = async (data: Uint8Array) => {
      await writeFileDurable(path, data);
      expect(new Uint8Array(await readFile(path))).toEqual(data);
      expect(await readdir(root)).toEqual(['file']);
    };
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 100_000 }), write), { numRuns: 50 });
  });
});

test('a file that is there is never replaced by one that is to be made, of many only one is made', async () => {
  await withLab(async ({ root }) => {
    const path = join(root, 'file');
    const makers = Array.from({ length: 20 }, (_, at) => createFileDurable(path, `text of ${at}`));
    const made = (await Promise.all(makers)).flatMap((won, at) => (won ? [at] : []));
    expect(made).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe(`text of ${made[0]}`);
    expect(await readdir(root)).toEqual(['file']);
  });
});

test('a failed write leaves the old file, and nothing unfinished', async () => {
  await withLab(async ({ root }) => {
    await mkdir(join(root, 'folder'));
    await expect(writeFileDurable(join(root, 'folder'), 'text')).rejects.toThrow('EISDIR');
    expect(await readdir(root)).toEqual(['folder']);
  });
});

test('folders are made where there are none, and stay where there are', async () => {
  await withLab(async ({ root }) => {
    const makers = ['a/b/c', 'a/b', 'a/b/d', 'a/b/c'].map((path) =>
      makeFoldersDurable(root, join(root, path)),
    );
    await Promise.all(makers);
    expect((await readdir(root, { recursive: true })).sort()).toEqual(['a', 'a/b', 'a/b/c', 'a/b/d']);
  });
});

test('a link moves only if it points elsewhere, and never takes the place of a file', async () => {
  await withLab(async ({ root }) => {
    const link = join(root, 'latest');
    expect(await pointLink(link, '2025/10/15')).toBe(true);
    expect(await pointLink(link, '2025/10/15')).toBe(false);
    expect(await pointLink(link, '2025/10/16')).toBe(true);
    expect(await linkTarget(link)).toBe('2025/10/16');
    await writeFile(join(root, 'mine'), 'words');
    expect(await pointLink(join(root, 'mine'), '2025/10/15')).toBe(false);
    expect(await readFile(join(root, 'mine'), 'utf8')).toBe('words');
    await symlink('nowhere', join(root, 'dead'));
    expect(await pointLink(join(root, 'dead'), '2025/10/15')).toBe(true);
  });
});
