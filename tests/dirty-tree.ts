import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program, put, temporaryFolder } from './rig.ts';
import { sha256, snapshot } from './snapshot.ts';

/** What a person may do to a work tree before a run, each under a name that says so. */
export const changes: Readonly<Record<string, (lab: string) => Promise<unknown>>> = {
  'a text edited': (lab) => put(lab, 'text.md', 'one\ntwo, changed\nthree\n'),
  'a text that loses its last line end': (lab) => put(lab, 'text.md', 'one\ntwo'),
  'a text with Windows line ends': (lab) => put(lab, 'windows.txt', 'a\r\nb, changed\r\n'),
  'spaces at line ends': (lab) => put(lab, 'spaces.txt', 'a  \n \n\t\n\n\n'),
  'a binary changed': (lab) =>
    put(
      lab,
      'binary',
      Uint8Array.from({ length: 5000 }, (_, at) => (at * 7) % 256),
    ),
  'a binary new': (lab) => put(lab, 'new/binary', Uint8Array.of(0, 255, 0, 1, 10, 13)),
  'a file deleted': (lab) => rm(join(lab, 'gone.txt')),
  'a folder deleted': (lab) => rm(join(lab, 'folder'), { recursive: true }),
  'a file moved': (lab) => rename(join(lab, 'move.txt'), join(lab, 'moved.txt')),
  'a move staged': (lab) => git(lab, 'mv', 'staged.txt', 'staged elsewhere.txt'),
  'a mode changed': (lab) => chmod(join(lab, 'script.sh'), 0o755),
  'a link moved': async (lab) => await replace(join(lab, 'link'), (path) => symlink('gone/else', path)),
  'a link made a file': async (lab) => await replace(join(lab, 'link'), (path) => writeFile(path, 'text.md')),
  'a file made a link': async (lab) => await replace(join(lab, 'turn'), (path) => symlink('text.md', path)),
  'a file made a folder': async (lab) => {
    await replace(join(lab, 'turn'), (path) => mkdir(path));
    await put(lab, 'turn/inside.txt', 'in\n');
  },
  'a new file': (lab) => put(lab, 'new/deep/er/file.txt', 'new\n'),
  'a new empty file': (lab) => put(lab, 'empty.txt', ''),
  'a new executable': async (lab) => await chmod(await put(lab, 'run me.sh', '#!/bin/sh\n'), 0o755),
  'a new link': (lab) => symlink('/nowhere at all', join(lab, 'new link')),
  'names that need quotes': async (lab) => {
    for (const name of ['ünïcödé 名', 'tab\there', 'line\nend', '"quoted"', 'back\\slash', '-rf', ' ', 'a b'])
      await put(lab, `odd/${name}`, `${name}\n`);
  },
  'a name that is no UTF-8': (lab) => writeFile(Buffer.from(`${lab}/latin-\xe9`, 'latin1'), 'x\n'),
  'names of git patterns': async (lab) => {
    for (const name of ['[a]*?.txt', ':(top)x', '!x', '#x']) await put(lab, name, `${name}\n`);
  },
  'an addition staged and edited on': async (lab) => {
    await put(lab, 'added.txt', 'staged\n');
    await git(lab, 'add', 'added.txt');
    await put(lab, 'added.txt', 'edited since\n');
  },
  'an addition staged and deleted': async (lab) => {
    await put(lab, 'fleeting.txt', 'staged\n');
    await git(lab, 'add', 'fleeting.txt');
    await rm(join(lab, 'fleeting.txt'));
  },
  'a deletion staged of a file that is there': (lab) => git(lab, 'rm', '-q', '--cached', 'kept.txt'),
  'an intent to add': async (lab) => {
    await put(lab, 'intended.txt', 'intent\n');
    await git(lab, 'add', '-N', 'intended.txt');
  },
  'an ignored file added by force': async (lab) => {
    await put(lab, 'ignored.log', 'wanted\n');
    await git(lab, 'add', '-f', 'ignored.log');
  },
  'a binary in a folder whose name ends with a space': async (lab) => {
    await put(lab, 'b/ends /binary', Uint8Array.of(0, 1));
    await put(lab, 'b/ends /empty', '');
  },
  'files called as revisions are': async (lab) => {
    await put(lab, 'HEAD', 'HEAD\n');
    await put(lab, 'main', 'main\n');
  },
  'an ignored file': (lab) => put(lab, 'other.log', 'not wanted\n'),
  'a stash': async (lab) => {
    await put(lab, 'spaces.txt', 'stashed\n');
    await git(lab, 'stash', 'push', '-q', '--', 'spaces.txt');
  },
};

/** Fills a lab with what the changes change, and commits it. */
export async function commitBeginnings(lab: string): Promise<void> {
  await put(lab, 'text.md', 'one\ntwo\nthree\n');
  await put(lab, 'windows.txt', 'a\r\nb\r\n');
  await put(
    lab,
    'binary',
    Uint8Array.from({ length: 4000 }, (_, at) => at % 256),
  );
  for (const name of ['spaces', 'gone', 'move', 'staged', 'kept']) await put(lab, `${name}.txt`, `${name}\n`);
  for (const name of ['a', 'b/c']) await put(lab, `folder/${name}.txt`, `${name}\n`);
  await put(lab, 'script.sh', '#!/bin/sh\n');
  await put(lab, 'turn', 'turn\n');
  await symlink('text.md', join(lab, 'link'));
  await put(lab, '.git/info/exclude', '*.log\n');
  await git(lab, 'add', '-A');
  await git(lab, 'commit', '-qm', 'beginnings');
}

async function replace(path: string, make: (path: string) => Promise<unknown>): Promise<void> {
  await rm(path, { recursive: true });
  await make(path);
}

/** Runs git in a folder and gives what it said, without the last line end; fails where git does. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  // Or a look at the status would write the index.
  const ran = await program('git', ['--no-optional-locks', ...args], { cwd: folder });
  if (ran.code !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`);
  return ran.stdout.replace(/\n$/, '');
}

/** A copy of a folder, links and times as they are. */
export async function copyOf(folder: string): Promise<string> {
  const copy = join(await temporaryFolder(), 'copy');
  await program('cp', ['-a', folder, copy], { cwd: '/' });
  return copy;
}

/** The tree that git itself makes of all that is in a work tree and not ignored. */
export async function treeByGit(lab: string): Promise<string> {
  const copy = await copyOf(lab);
  await git(copy, 'add', '-A');
  return await git(copy, 'write-tree');
}

/** The tree that somebody else gets from the commit and the patch of a run. */
export async function rebuiltTree(lab: string, commit: string, patch: string | undefined): Promise<string> {
  const clone = join(await temporaryFolder(), 'clone');
  await git('/', 'clone', '-q', lab, clone);
  await git(clone, 'checkout', '-q', commit);
  if (patch !== undefined) await git(clone, 'apply', '--index', '--whitespace=nowarn', patch);
  return await git(clone, 'write-tree');
}

/** What git is asked about where a run's own files, and the answers that it records, do not count. */
export const outsideRuns = [':!*/ai-team/artifacts/**', ':!ai-recordings'];

/** What a run must leave alone: the index, the commits, the stash, and every file that is not its own. */
export async function untouched(lab: string): Promise<object> {
  const index = sha256(await readFile(join(lab, '.git/index')));
  const [refs, stash, status] = await Promise.all([
    git(lab, 'for-each-ref'),
    git(lab, 'stash', 'list'),
    git(lab, 'status', '--porcelain=v2', '-z', '--', ...outsideRuns),
  ]);
  const all = Object.entries(await snapshot(lab));
  const own =
    /^(\.timelab|ai-recordings|runs\.csv$|latest$|\d{4}\/\d\d\/\d\d\/(runs\.csv$|run\.json$|ai-team\/artifacts\/))/;
  const files = all.filter(([path]) => !own.test(path) && !path.startsWith('.git/'));
  const objects = all.filter(([path]) => path.startsWith('.git/objects/'));
  return { index, refs, stash, status, files, objects };
}
