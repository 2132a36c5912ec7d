import { copyFile, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { World } from '../world.ts';
import { derivedPaths, gitIn } from './git.ts';

/** The patch from the commit to the tree as it is, with the tree's id; or why there is none. */
export interface RebuiltTree {
  readonly tree?: string;
  readonly patch?: Buffer;
  readonly note?: string;
}

/** The most that changed and untracked files may hold together for a patch of them to be kept, in bytes. */
const sizeLimit = 16 * 1024 * 1024;

/**
 * Makes the patch that turns the commit into the work tree, tracked and untracked files alike, in an index and an
 * object folder of its own: the lab's index, objects and files stay as they are.
 */
export async function rebuildPatch(world: World, root: string): Promise<RebuiltTree> {
  const size = await dirtySize(world, root);
  if (size > sizeLimit) return { note: `The tree is dirty with ${size} bytes, too many to keep as a patch.` };
  const scratch = await mkdtemp(join(world.env['TMPDIR'] ?? tmpdir(), 'timelab-patch-'));
  try {
    return await buildIn(world, root, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function dirtySize(world: World, root: string): Promise<number> {
  const git = gitIn(world, root);
  const listed = await git(
    'ls-files',
    '-z',
    '--modified',
    '--others',
    '--exclude-standard',
    '--',
    ...derivedPaths,
  );
  const paths = listed.stdout.toString('latin1').split('\0').filter(Boolean);
  const sizes = await Promise.all(
    paths.map(async (path) => {
      const found = await lstat(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')])).catch(
        () => undefined,
      );
      return found?.size ?? 0;
    }),
  );
  return sizes.reduce((sum, one) => sum + one, 0);
}

async function buildIn(world: World, root: string, scratch: string): Promise<RebuiltTree> {
  const where = await gitIn(world, root)('rev-parse', '--git-path', 'index', '--git-path', 'objects');
  const [index = '', objects = ''] = where.stdout
    .toString('utf8')
    .split('\n')
    .map((path) => resolve(root, path));
  await mkdir(join(scratch, 'objects'));
  // Copying the index keeps what git knows of unchanged files, so that only changed ones are read again.
  await copyFile(index, join(scratch, 'index')).catch(() => {});
  const git = gitIn(world, root, {
    GIT_INDEX_FILE: join(scratch, 'index'),
    GIT_OBJECT_DIRECTORY: join(scratch, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  });
  await git('read-tree', '-m', 'HEAD').then(
    async (merged) => merged.code === 0 || (await git('read-tree', 'HEAD')),
  );
  const added = await git('add', '--all', '--', ...derivedPaths);
  const tree = await git('write-tree');
  const diff = await git(
    'diff',
    '--cached',
    '--binary',
    '--full-index',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    'HEAD',
  );
  if (added.code + tree.code + diff.code !== 0)
    return { note: 'The tree is dirty and git could not make a patch of it.' };
  return { tree: tree.stdout.toString('utf8').trim(), patch: diff.stdout };
}
