import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program } from '../rig.ts';
import { newGround, newRepository, runIn } from './ground.ts';
import { line } from './line.ts';
import { lines, type Repository } from './repository.ts';
import { mine } from './whole-run.ts';

/** A history of two commits, and names of all kinds: what each leads to, or why it leads to none. */
function names(repository: Repository): readonly (readonly [name: string, to: string | RegExp])[] {
  const [first = '', second = ''] = line(repository, 2);
  const [tree, blob] = ['main^{tree}', 'main:a'].map((name) => repository.line(['rev-parse', name]));
  const refs = {
    'refs/heads/a': first,
    'refs/tags/blob': blob,
    'refs/tags/main': first,
    'refs/heads/--output=x': first,
  };
  for (const [ref, id] of Object.entries(refs)) repository.git(['update-ref', ref, id ?? '']);
  repository.git(['tag', '-a', '-m', 'tag', 'v1', first]);
  return [
    ['HEAD', second],
    ['a', first],
    ['v1', first],
    ['refs/heads/--output=x', first],
    ['HEAD~1', first],
    [first.slice(0, 10), first],
    ['blob', /names something, but no commit/],
    [tree?.slice(0, 12) ?? '', /names (something, but )?no commit/],
    ['main:a', /names (something, but )?no commit/],
    ['nothing', /names no commit of this repository/],
    ['f'.repeat(40), /names no commit of this repository/],
  ];
}

test('T25: a branch, a tag, a detached HEAD and what is no commit are told apart', async () => {
  const ground = await newGround();
  const repository = newRepository(ground);
  for (const [name, to] of names(repository)) {
    const { code, stdout, stderr } = await runIn(ground, ['summ', name, '--repo', '../mined', '--json']);
    const { run } = JSON.parse(stdout);
    if (typeof to === 'string') expect({ name, head: run?.history?.head }).toEqual({ name, head: to });
    else expect({ code, stderr }, name).toEqual({ code: 65, stderr: expect.stringMatching(to) });
  }
  repository.git(['update-ref', '--no-deref', 'HEAD', repository.line(['rev-parse', 'v1^0'])]);
  const { stdout } = await runIn(ground, ['summ', 'HEAD', '--repo', '../mined', '--json']);
  expect(JSON.parse(stdout).run.history.head).toBe(repository.line(['rev-parse', 'v1^0']));
});

test('T25: a repository without a commit, and an id that is the beginning of several, are bad data', async () => {
  const ground = await newGround();
  const repository = newRepository(ground);
  const unborn = await runIn(ground, ['mine', '--repo', '../mined']);
  expect(unborn).toMatchObject({
    code: 65,
    stderr: expect.stringMatching(/"HEAD" names no commit: the repository has none yet/),
  });
  const prefix = ambiguous(repository);
  const { code, stderr } = await runIn(ground, ['summ', prefix, '--repo', '../mined']);
  expect({ code, stderr }).toEqual({
    code: 65,
    stderr: expect.stringMatching(/is ambiguous: several objects begin with it/),
  });
  expect(await program('find', ['.', '-name', 'run.json'], { cwd: ground.lab })).toMatchObject({
    stdout: '',
  });
});

test('T25: ids that are listed are each told what they are, and nothing is mined', async () => {
  const ground = await newGround();
  const repository = newRepository(ground);
  const [first = ''] = line(repository, 1);
  const [tree = '', blob = ''] = ['main^{tree}', 'main:a'].map((name) =>
    repository.line(['rev-parse', name]),
  );
  const commits = [first, tree, blob, '1'.repeat(40), '2222222'];
  const spec = { kind: 'mining', version: '1.0', inputs: { repository: { path: '../mined' }, commits } };
  writeFileSync(join(ground.lab, 's.json'), JSON.stringify(spec));
  const { code, stderr } = await runIn(ground, ['mine', '--spec', 's.json']);
  expect({ code, faults: stderr.match(/(?<=\/inputs\/commits\/).*/g) }).toEqual({
    code: 65,
    faults: [
      `1 "${tree}" is a tree, no commit`,
      `2 "${blob}" is a blob, no commit`,
      `3 "${'1'.repeat(40)}" is no commit of this repository`,
      '4 "2222222" is no commit of this repository',
    ],
  });
  expect(await program('find', ['.', '-name', 'run.json'], { cwd: ground.lab })).toMatchObject({
    stdout: '',
  });
});

/** Commits until the ids of two begin with the same four digits, which birthdays bring soon; gives those. */
function ambiguous(repository: Repository): string {
  const tree = repository.tree({});
  const seen = new Set<string>();
  const messages = Array.from(
    { length: 1_500 },
    (_, at) => `commit refs/heads/b${at}\ncommitter B <b@x> ${at} +0000\ndata 0\n`,
  );
  repository.git(['fast-import', '--quiet'], messages.join(''));
  repository.commit({ tree });
  const ids = repository.line(['for-each-ref', '--format=%(objectname)']).split('\n');
  const twice = ids.map((id) => id.slice(0, 4)).find((prefix) => seen.has(prefix) || !seen.add(prefix));
  if (twice === undefined) throw new Error('no two ids begin alike');
  return twice;
}

const bending = {
  'color.ui': 'always',
  'diff.noprefix': 'true',
  'diff.mnemonicPrefix': 'true',
  'diff.context': '0',
  'diff.interHunkContext': '9',
  'diff.renames': 'copies',
  'diff.renameLimit': '1',
  'diff.algorithm': 'patience',
  'diff.indentHeuristic': 'false',
  'diff.orderFile': 'order',
  'diff.suppressBlankEmpty': 'true',
  'diff.submodule': 'log',
  'diff.ignoreSubmodules': 'all',
  'diff.relative': 'true',
  'core.abbrev': '4',
  'core.quotePath': 'false',
  'core.bigFileThreshold': '1',
  'core.commentChar': 'x',
  'log.showSignature': 'true',
  'log.mailmap': 'true',
  'log.date': 'relative',
  'i18n.logOutputEncoding': 'UTF-16',
};

test('T26, T27: no configuration of the repository, the user or the environment bends a byte', async () => {
  const plain = await newGround();
  const fill = (repository: Repository) => {
    for (const at of [1, 2, 3]) {
      const code = Array.from(
        { length: 60 },
        (_, line) => `fn f${line === 30 ? `x${at}` : line}() {}\n\n`,
      ).join('');
      const renamed = { [`moved${at}`]: lines(30, 'moved'), [`copy${at}`]: code };
      const sub = { mode: '160000', data: String(at).repeat(40) };
      repository.commit({
        files: { 'a.rs': code, größe: `${at}\n`, 'sub/x.js': `f(${at})\n`, sub2: sub, ...renamed },
      });
    }
  };
  fill(newRepository(plain));
  const { stream } = await mine(plain);

  const ground = await newGround();
  const repository = newRepository(ground);
  fill(repository);
  for (const [name, value] of Object.entries(bending)) repository.git(['config', name, value]);
  writeFileSync(join(ground.root, 'home/.gitconfig'), readFileSync(join(repository.path, 'config')));
  writeFileSync(join(repository.path, 'info-attributes'), '* -diff\n');
  const config = join(ground.root, 'home/.gitconfig');
  const caller = {
    ...{ GIT_CONFIG_GLOBAL: config, GIT_CONFIG_SYSTEM: config, GIT_CONFIG_NOSYSTEM: '0' },
    ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'diff.noprefix', GIT_CONFIG_VALUE_0: 'true' },
    ...{ GIT_CONFIG_PARAMETERS: "'diff.context'='0'", GIT_DIFF_OPTS: '-u0', GIT_LITERAL_PATHSPECS: '1' },
    ...{ GIT_DIR: '/nonexistent', GIT_WORK_TREE: '/nonexistent', GIT_OBJECT_DIRECTORY: '/nonexistent' },
    ...{
      GIT_NAMESPACE: 'x',
      GIT_REPLACE_REF_BASE: 'refs/heads/',
      GIT_GRAFT_FILE: config,
      GIT_SHALLOW_FILE: config,
    },
    ...{
      GIT_INDEX_FILE: '/nonexistent',
      GIT_ALTERNATE_OBJECT_DIRECTORIES: '/nonexistent',
      GIT_DEFAULT_HASH: 'sha256',
    },
    ...{ LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Tokyo', LANGUAGE: 'de' },
  };
  const bent = await mine(ground, [], caller);
  expect(bent.stream.equals(stream)).toBe(true);
});

test('T27: packed, with many more objects and with shorter ids, the bytes are the same', async () => {
  const [loose, packed] = [await newGround(), await newGround()];
  line(newRepository(loose), 5);
  const repository = newRepository(packed);
  line(repository, 5);
  const blobs = Array.from({ length: 20_000 }, (_, at) => `blob\ndata ${String(at).length}\n${at}\n`);
  repository.git(['fast-import', '--quiet'], blobs.join(''));
  repository.git(['config', 'core.abbrev', '4']);
  repository.git(['repack', '-adq', '--depth=1']);
  expect((await mine(packed)).stream.equals((await mine(loose)).stream)).toBe(true);
});
