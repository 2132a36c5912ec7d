import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runsOf } from '../runs.ts';
import { newGround, newRepository, runIn, startIn, watched } from './ground.ts';
import { lines, Repository } from './repository.ts';
import { mine } from './whole-run.ts';

/** A few commits that each change one file, and one that stays. */
function fill(repository: Repository): Repository {
  for (const at of [1, 2, 3]) repository.commit({ files: { 'a.c': lines(9 * at), b: 'b\n' } });
  return repository;
}

/** What stands where a repository is looked for, and the words by which it is refused. */
const places: Readonly<Record<string, readonly [make: (path: string) => void, words: RegExp]>> = {
  nothing: [() => {}, /is not there/],
  file: [(path) => writeFileSync(path, 'x'), /is no folder/],
  pipe: [(path) => pipe(path), /is no folder/],
  empty: [(path) => mkdirSync(path), /is no git repository/],
  nowhere: [
    (path) => put(path, '.git', 'gitdir: /nonexistent\n'),
    /has a \.git file that leads to no repository/,
  ],
  itself: [(path) => put(path, '.git', 'gitdir: .git\n'), /has a \.git file that leads to no repository/],
  circle: [
    (path) => {
      mkdirSync(path);
      symlinkSync('.git', join(path, '.git'));
    },
    /is no git repository/,
  ],
  dotGitPipe: [
    (path) => {
      mkdirSync(path);
      pipe(join(path, '.git'));
    },
    /\.git that is neither a file nor a folder/,
  ],
  headPipe: [(path) => replaced(path, 'HEAD', pipe), /HEAD that is neither a file nor a folder/],
  configPipe: [(path) => replaced(path, 'config', pipe), /config that is neither a file nor a folder/],
  shallowPipe: [(path) => replaced(path, 'shallow', pipe), /shallow that is neither a file nor a folder/],
  endless: [
    (path) => replaced(path, 'commondir', (at) => symlinkSync('/dev/zero', at)),
    /commondir that is neither/,
  ],
  noObjects: [
    (path) => {
      new Repository(path);
      rmSync(join(path, 'objects'), { recursive: true });
    },
    /is no git repository/,
  ],
  broken: [(path) => replaced(path, 'config', (at) => writeFileSync(at, '[core\n')), /bad config line 1/],
  newer: [
    (path) => replaced(path, 'config', (at) => writeFileSync(at, '[core]\nrepositoryformatversion = 99\n')),
    /Expected git repo version/,
  ],
};

const pipe = (path: string) => void spawnSync('mkfifo', [path]);

function put(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

function replaced(path: string, name: string, make: (at: string) => void): void {
  new Repository(path).commit({ files: { a: '1\n' } });
  rmSync(join(path, name), { force: true });
  make(join(path, name));
}

test('what is no repository is bad data, in words, and nobody waits for a pipe', async () => {
  const ground = await newGround();
  for (const [name, [make]] of Object.entries(places)) make(join(ground.root, name));
  await watched(ground, 'no repositories', async () => {
    for (const [name, [, words]] of Object.entries(places)) {
      const { code, stdout, stderr } = await startIn(ground, ['mine', '--repo', `../${name}`]);
      expect({ name, code, stdout, stderr }).toMatchObject({
        code: 65,
        stdout: '',
        stderr: expect.stringMatching(words),
      });
    }
  });
  expect(await runsOf(ground.lab)).toEqual([]);
});

/** What is wrong with the objects of a history, and whether that is seen before a run is claimed. */
const damage: Readonly<Record<string, (repository: Repository) => boolean>> = {
  'a blob that is cut short': (repository) => cut(repository, 'main:a.c', 0.5),
  'a blob that is not there': (repository) => cut(repository, 'main~1:a.c', 0),
  'a tree that is not there': (repository) => cut(repository, 'main~1^{tree}', 0),
  'a commit that is not there': (repository) => !cut(repository, 'main~1', 0),
  'a commit that is garbage': (repository) => {
    const id = repository.object('commit', 'no commit at all\n');
    writeFileSync(join(repository.path, 'refs/heads/main'), `${id}\n`);
    return false;
  },
};

/** Leaves so much of an object's file; says that a run is claimed by the time it is read. */
function cut(repository: Repository, name: string, share: number): boolean {
  const id = repository.line(['rev-parse', name]);
  const path = join(repository.objects, id.slice(0, 2), id.slice(2));
  const bytes = readFileSync(path);
  rmSync(path);
  if (share > 0) writeFileSync(path, bytes.subarray(0, bytes.length * share));
  return true;
}

test.each(Object.entries(damage))('%s: bad data in words, and no half tree', async (_, harm) => {
  const ground = await newGround();
  const claimed = harm(fill(newRepository(ground)));
  const { code, stderr } = await runIn(ground, ['mine', '--repo', '../mined']);
  expect({ code, stderr }).toEqual({
    code: 65,
    stderr: expect.stringMatching(/^(Repository cannot be mined|No such commit): .{10,}/),
  });
  const runs = await runsOf(ground.lab);
  expect(runs.map(({ manifest: { status, error } }) => [status, error?.code])).toEqual(
    claimed ? [['error', 65]] : [],
  );
  for (const { folder } of runs) expect(readdirSync(folder).sort()).toEqual(['input', 'logs', 'run.json']);
});

test('borrowed objects are found, and places that are not there are no harm', async () => {
  const [near, far] = [await newGround(), await newGround()];
  const original = fill(newRepository(near));
  const borrower = newRepository(far);
  const at = join(borrower.objects, 'info');
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(join(at, 'alternates'), `/nonexistent\n# no path\n${original.objects}\n/etc\n`);
  borrower.point(original.head);
  const { stream } = await mine(near);
  const borrowed = await mine(far);
  expect(borrowed.stream.equals(stream)).toBe(true);
});

test('a commit-graph that lies about parents is not believed', async () => {
  const ground = await newGround();
  const repository = fill(newRepository(ground));
  repository.git(['commit-graph', 'write', '--reachable']);
  const path = join(repository.objects, 'info/commit-graph');
  const graph = readFileSync(path);
  // Eight bytes of header, then for each chunk its name and where it begins (gitformat-commit-graph(5)).
  const begin = Number(graph.readBigUInt64BE(graph.indexOf('CDAT') + 4));
  for (const commit of [0, 1, 2]) graph.writeUInt32BE(0x7000_0000, begin + commit * 36 + 20);
  chmodSync(path, statSync(path).mode | 0o200);
  writeFileSync(path, graph);
  expect(repository.line(['rev-list', '--count', 'HEAD'])).toBe('1');
  expect((await mine(ground)).records).toHaveLength(3);
});

test('what lies in a git directory under the name of .git leads nowhere else', async () => {
  const ground = await newGround();
  const inner = fill(new Repository(join(ground.root, 'outer/.git')));
  writeFileSync(join(inner.path, '.git'), 'gitdir: /nonexistent\n');
  const { code, stderr } = await runIn(ground, ['mine', '--repo', '../outer', '--quiet']);
  expect([code, stderr]).toEqual([0, '']);
});
