import { copyFile, lstat, mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Manifest, type Mask, quoteHeaders, secretIn } from '@timelab/core';
import type { World } from '../../world.ts';
import { temporaryFolder } from '../folders.ts';
import { secretKeeper } from '../masking/secret-keeper.ts';
import { codeDigest } from './code-digest.ts';
import { codeFiles, derivedFiles, gitIn } from './git.ts';
import type { Git } from './rebuild-tree.ts';
import { type SecretChange, secretChanges } from './secret-changes.ts';

/** The patch from the commit to the tree as it is, with the tree's id; or why there is none. */
export interface RebuiltTree {
  readonly tree?: string;
  /** The digest of what lies outside the days. */
  readonly code?: string;
  readonly patch?: Buffer;
  /** The changed files that the patch is without, and why. */
  readonly leftOut?: readonly LeftOut[];
  readonly note?: string;
}

/** A changed file whose contents no record may hold. */
type LeftOut = NonNullable<NonNullable<Manifest['git']>['left_out']>[number];

/** The most that changed and untracked files may hold together for a patch of them to be kept, in bytes. */
const sizeLimit = 16 * 1024 * 1024;

/**
 * Makes the patch that turns the commit into the work tree, tracked and untracked files alike, in an index and an
 * object folder of its own: the lab's index, objects and files stay as they are.
 */
export async function rebuildPatch(world: World, root: string): Promise<RebuiltTree> {
  const size = await dirtySize(world, root);
  if (size > sizeLimit) return { note: `The tree is dirty with ${size} bytes, too many to keep as a patch.` };
  const scratch = await mkdtemp(join(temporaryFolder(world), 'timelab-patch-')).catch(() => undefined);
  if (scratch === undefined)
    return { note: 'The tree is dirty, and TMPDIR is no folder to make a patch in.' };
  try {
    return await buildIn(world, root, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function dirtySize(world: World, root: string): Promise<number> {
  const git = gitIn(world, root);
  const lists = await Promise.all([
    git('ls-files', '-z', '--modified', '--others', '--exclude-standard', '--', ...codeFiles),
    git('diff-index', '-z', '--cached', '--name-only', '--relative', 'HEAD', '--', ...codeFiles),
  ]);
  // latin1 keeps the bytes of names that are no UTF-8.
  const paths = lists.flatMap(({ stdout }) => stdout.toString('latin1').split('\0').filter(Boolean));
  const sizes = await Promise.all([...new Set(paths)].map((path) => sizeOf(root, path)));
  return sizes.reduce((sum, one) => sum + one, 0);
}

async function sizeOf(root: string, path: string): Promise<number> {
  const place = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
  return (await lstat(place).catch(() => undefined))?.size ?? 0;
}

async function buildIn(world: World, root: string, scratch: string): Promise<RebuiltTree> {
  const own = await scratchIndex(world, root, scratch);
  const git = gitIn(world, root, own);
  const added = await git('add', '--all', '--', ...codeFiles);
  // What was staged of the derived files is no part of the code either.
  const restored = await git('reset', '--quiet', 'HEAD', '--', ...derivedFiles);
  const whole = await git('write-tree');
  const known = secretKeeper(world).mask;
  const secrets = await secretChanges(git, known);
  if (added.code + restored.code + whole.code !== 0 || secrets === undefined) return { note: noPatch };
  const leftOut = await leaveOut((input) => gitIn(world, root, own, input), known, secrets);
  const written = await git('write-tree');
  const diff = await git(...patchCommand);
  if (leftOut === undefined || written.code + diff.code !== 0) return { note: noPatch };
  // Of the whole, for a secret that was changed is another state of the code.
  const code = await codeDigest(git, whole.stdout.toString('utf8').trim());
  return {
    tree: written.stdout.toString('utf8').trim(),
    ...(code === undefined ? {} : { code }),
    // Where only the index differs from the commit, there is nothing to rebuild.
    ...(diff.stdout.length === 0 ? {} : { patch: readable(diff.stdout) }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
  };
}

const readable = (patch: Buffer) => Buffer.from(quoteHeaders(patch.toString('latin1')), 'latin1');

const noPatch = 'The tree is dirty and git could not make a patch of it.';

/** Puts files back in the index as the commit has them; undefined where git would not. */
async function leaveOut(
  gitReading: (input: Uint8Array) => Git,
  known: Mask,
  secrets: readonly SecretChange[],
): Promise<LeftOut[] | undefined> {
  if (secrets.length === 0) return [];
  // By a list on standard input: no argument could hold a name that is no UTF-8.
  const lines = secrets.map(({ committed, path }) => `${committed}\t${path}\0`).join('');
  const put = await gitReading(Buffer.from(lines, 'latin1'))('update-index', '-z', '--index-info');
  if (put.code !== 0) return undefined;
  return secrets.map(({ path, what }) => ({
    // A name can be the secret itself.
    path: secretIn(bytesOf(path), known) === undefined ? bytesOf(path).toString('utf8') : '(not told)',
    reason: `holds what looks like ${what}`,
  }));
}

const bytesOf = (latin1: string) => Buffer.from(latin1, 'latin1');

// The plumbing command: what people set for `git diff` (context, prefixes, submodules) would spoil the patch.
const patchCommand = [
  'diff-index',
  '--cached',
  '--patch',
  '--binary',
  '--full-index',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  'HEAD',
  // Or a file of that name would make it ambiguous.
  '--',
];

/** Makes an index and an object folder that begin as the lab's; gives what tells git to use them. */
async function scratchIndex(world: World, root: string, scratch: string): Promise<Record<string, string>> {
  const where = await gitIn(world, root)('rev-parse', '--git-path', 'index', '--git-path', 'objects');
  const [index = '', objects = ''] = where.stdout
    .toString('utf8')
    .split('\n')
    .map((path) => resolve(root, path));
  await mkdir(join(scratch, 'objects'));
  const own = join(scratch, 'index');
  // A lab whose first file is not added yet has none.
  await copyIndex(index, own).catch(() => {});
  return {
    GIT_INDEX_FILE: own,
    GIT_OBJECT_DIRECTORY: join(scratch, 'objects'),
    // Quoted, because a colon in a bare path would end it.
    GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects),
  };
}

/**
 * Copies an index with what git knows of unchanged files, so that only changed ones are read again. Those that were
 * changed when the index was, or later, git reads in any case, as the time of the index tells it: of two changes within a second
 * it would not see the other. So the copy is as old as the index, or a little older.
 */
async function copyIndex(from: string, to: string): Promise<void> {
  const { mtimeMs } = await stat(from);
  await copyFile(from, to);
  const second = Math.floor(mtimeMs / 1000);
  await utimes(to, second, second);
}
