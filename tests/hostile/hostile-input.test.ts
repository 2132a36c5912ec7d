import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { program, type Ran, timelab } from '../rig.ts';
import { onlyRun, runsOf } from '../runs.ts';
import { type Ground, newGround, newRepository, runIn, startIn, watched } from './ground.ts';
import { lines, Repository } from './repository.ts';
import { type Trap, testTraps } from './trap.ts';
import { mine } from './whole-run.ts';

const secret = 'S3cretWord';

/** A call that is refused, with which code, and in which words. */
type Refused = readonly [args: readonly string[], code: 64 | 65, words: RegExp];

/** Runs calls that must be refused: each names what is wrong, and leaves no run and no other file. */
async function expectRefused(ground: Ground, calls: readonly Refused[]): Promise<void> {
  await watched(ground, 'refused', async () => {
    for (const [args, code, words] of calls) {
      const { stdout, ...ran } = await startIn(ground, args);
      expect({ args, ...ran, stdout }).toMatchObject({
        code,
        stdout: '',
        stderr: expect.stringMatching(words),
      });
      expect(ran.stderr).not.toContain(secret);
      expect(ran.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });
  expect(await runsOf(ground.lab)).toEqual([]);
  expect(readdirSync(ground.lab)).not.toContain('x');
}

const ours = ['--repo', '../mined'];

/** Revisions that are options, ranges, files or nothing. */
const noCommits = [
  '--output=x',
  '--all',
  '^HEAD',
  'HEAD..HEAD',
  'HEAD^!',
  'HEAD:a',
  'HEAD@{upstream}',
  '@{-1}',
].concat([':/nobody wrote this', 'HEAD^{tree}', '$(touch x)', 'HEAD --output=x']);

test('S1: what begins as an option, and what is no single commit, is refused by its name', async () => {
  const ground = await newGround();
  newRepository(ground).commit({ files: { a: '1\n' } });
  const quoted = (text: string) => new RegExp(JSON.stringify(text).replace(/[$()^*.{}|[\]\\]/g, '\\$&'));
  await expectRefused(ground, [
    ...noCommits.map((name): Refused => [['mine', ...ours, `--branch=${name}`], 65, quoted(name)]),
    [['summ', ...ours, '-x'], 64, /'-x'/],
    [['summ', ...ours, '--output=x'], 64, /'--output=x'/],
    [['summ', ...ours, '--', '--output=x'], 65, /"--output=x" names no commit/],
    [['summ', ...ours, ''], 64, /SHA/],
    [['summ', ...ours, '\u001b]0;x\u0007'], 64, /control characters/],
    [['mine', ...ours, '--branch='], 64, /--branch/],
    [['mine', ...ours, '--limit=--output=x'], 64, /--limit/],
    [['mine', ...ours, '--since=--output=x'], 64, /--since/],
    [['mine', ...ours, '--format=--output=x'], 64, /--format/],
    [['mine', ...ours, '--path=/etc'], 64, /path/],
    [['mine', ...ours, '--path=../lab'], 64, /path/],
    [['mine', ...ours, '--output=x'], 64, /'--output=x'/],
  ]);
});

test('S1: words that look like options or patterns are found as words', async () => {
  const words = '--output=x .*[(|$^\\';
  for (const flag of ['--author', '--path', '--branch', '--grep']) {
    const ground = await newGround();
    const repository = newRepository(ground);
    repository.commit({ files: { a: '1\n' } });
    const author = `${words} <--output=x> 1700000000 +0000`;
    const files = { a: '1\n', [words]: 'x\n' };
    const id = repository.commit({ author, files, message: '--output=x -p\n' });
    repository.git(['update-ref', 'refs/heads/--output=x', id]);
    const values: Record<string, string> = {
      '--branch': 'refs/heads/--output=x',
      '--grep': '--output=[x] -p',
    };
    const value = values[flag] ?? words;
    const { records } = await mine(ground, [`${flag}=${value}`, '--limit=1']);
    expect(records.map((record) => record.id)).toEqual([id]);
  }
});

test('S2: addresses that git would run, or that hold a password, are refused, and never repeated', async () => {
  const ground = await newGround();
  const tricks = [
    `ext::sh -c '${ground.canary('ext')}'`,
    ...[
      'ext::sh',
      'fd::3',
      '-oProxyCommand=x',
      '--upload-pack=x',
      '-oProxyCommand=x:y',
      'host:-x',
      'git://host/x',
    ],
    ...['ssh://-oProxyCommand=x/y', 'http://host.example/x', 'https://host/x\u001b]0;', 'https://host/x%0ay'],
  ];
  const passwords = [
    'https://user:WORD@host/x',
    'https://WORD@host/x',
    'user:WORD@host:x',
    'https://host/x?token=WORD',
  ].map((url) => url.replace('WORD', secret));
  const refused = [...tricks, ...passwords].map(
    (url): Refused => [['mine', `--repo=${url}`], 64, /^Wrong call: /],
  );
  await expectRefused(ground, [...refused, [['summ', 'HEAD', `--repo=${passwords[0]}`], 64, /password/]]);
  const said: Ran[] = [];
  for (const url of passwords) {
    const inputs = { repository: { url } };
    writeFileSync(join(ground.lab, 's.json'), JSON.stringify({ kind: 'mining', version: '1.0', inputs }));
    said.push(await startIn(ground, ['mine', '--spec', 's.json', '--json']));
  }
  said.push(await startIn(ground, ['mine', `--repo=${passwords[0]}`, '--json']));
  expect(said.map(({ code }) => code)).toEqual([65, 65, 65, 65, 64]);
  expect(said.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(secret);
  writeFileSync(join(ground.lab, 's.json'), '');
  const found = await program('grep', ['-rl', secret, ground.root], { cwd: ground.root });
  expect(found).toMatchObject({ code: 1, stdout: '' });
});

test('S2, S5: file: gives the bytes of the folder itself, and no submodule is looked at', async () => {
  const [near, far] = [await newGround(), await newGround()];
  const fill = (ground: Ground) => {
    const url = `ext::sh -c % ${far.canary('submodule')}`;
    const modules = `[submodule "sub"]\n\tpath = sub\r\n\turl = ${url}\n\tupdate = !${far.canary('update')}\n`;
    const repository = newRepository(ground);
    repository.commit({ files: { '.gitmodules': modules, sub: { mode: '160000', data: 'a'.repeat(40) } } });
    repository.commit({ files: { a: lines(4) } });
    return repository.path;
  };
  fill(near);
  const path = fill(far);
  const all =
    '[submodule]\n\trecurse = true\n[fetch]\n\trecurseSubmodules = true\n[protocol "ext"]\n\tallow = always\n';
  writeFileSync(join(far.root, 'home/.gitconfig'), all);
  const { stream } = await mine(near);
  const ran = await timelab(['mine', '--repo', `file://${path}`], { cwd: far.lab, env: far.env });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const { folder, manifest } = await onlyRun(far.lab);
  expect(readFileSync(join(folder, 'output/commits.jsonl')).equals(stream)).toBe(true);
  expect(manifest.network).toMatchObject({ allowed: false, hosts: [] });
  expect(readdirSync(far.root).filter((name) => name.startsWith('ran-'))).toEqual([]);
});

const nasty =
  '\u001b]0;t\u0007\u001b]8;;http://evil\u001b\\\u001b]52;c;aGk=\u0007\u009b31m\u202e\u2066\u200f\r\b';

const traps: readonly Trap[] = [
  {
    trap: 'S6: names that climb, or that git keeps for itself, are names in a record and nothing else',
    make: (repository) => {
      const names = ['..', '.', '.git', 'CON', 'a:b', '~', '%2e%2e', '-rf', 'commit_000000000000'];
      const tree = repository.flatTree(names.map((name) => [name, 'x\n'] as const));
      repository.commit({ tree, message: '../../x\n', author: '../../a <../../b> 1 +0000' });
      return ({ records: [record] }) =>
        expect(record?.files.map(({ path }) => path).sort()).toEqual([...names].sort());
    },
  },
  {
    trap: 'S7: escapes in names, messages and paths are in the record, and are nowhere shown as they are',
    make: (repository) => {
      const file = nasty.replaceAll('/', ' ');
      const message = `${nasty}\n\nbody ${nasty}\n\nCo-authored-by: ${nasty} <a@b>\n`;
      const author = `${nasty.trimEnd()}x <${nasty.trimEnd()}x> 1 +0000`;
      const id = repository.commit({ files: { [file]: `${nasty}\n` }, message, author });
      return ({ records: [record], file: fileOf }) => {
        expect(record).toMatchObject({ message, files: [{ path: file }] });
        expect(fileOf(id, 'full_diff.txt').toString()).toContain(nasty);
      };
    },
  },
  {
    trap: 'S8: Markdown and HTML in messages, names and paths do nothing in the pages',
    make: (repository) => {
      const evil =
        '<script>x</script> <img src=x onerror=y> [a](javascript:x) ![b](http://evil/b.png) <http://evil> http://evil';
      const message = `${evil}\n\n\`\`\`\`\`\`\`\n# ${evil}\n~~~~~~~~\n<!-- \n| a | b |\n\n[r]: http://evil\n`;
      const path = evil.replaceAll('/', '|');
      const id = repository.commit({
        files: { [path]: `${evil}\n` },
        message,
        author: `# ${evil.replace(/[<>]/g, '')} <a@b> 1 +0`,
      });
      return ({ file, folder }) => {
        for (const page of [file(id, 'analysis_summary.md'), readFileSync(join(folder, 'output/summary.md'))])
          expect(live(page.toString('utf8'))).toEqual([]);
      };
    },
  },
];

describe('what a history holds', () => testTraps(traps));

/** What a reader of Markdown would act on: tags, links and pictures outside of fenced blocks and code spans. */
function live(page: string): string[] {
  const outside: string[] = [];
  let fence = '';
  for (const line of page.split('\n')) {
    const [, marks = ''] = /^ {0,3}(`{3,}|~{3,})[^`]*$/.exec(line) ?? [];
    if (fence === '' && marks !== '') fence = marks;
    else if (fence !== '' && marks.startsWith(fence) && line.trim() === marks) fence = '';
    else if (fence === '')
      outside.push(line.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '').replace(/\\[!-/:-@[-`{-~]/g, ''));
  }
  expect(fence).toBe('');
  return outside.flatMap(
    (line) => line.match(/<[a-z!/][^>]*>?|\]\([^)]*\)|https?:\/\/\S+|^\[\w+\]:/gi) ?? [],
  );
}

test('S6: a link in the place of a folder of the lab is not written through', async () => {
  const ground = await newGround();
  newRepository(ground).commit({ files: { a: '1\n' } });
  const elsewhere = join(ground.root, 'elsewhere');
  mkdirSync(elsewhere);
  const [year = ''] = readdirSync(ground.lab).filter((name) => /^\d{4}$/.test(name));
  renameSync(join(ground.lab, year), join(ground.root, 'elsewhere', year));
  symlinkSync(join(elsewhere, year), join(ground.lab, year));
  const ran = await runIn(ground, ['mine', ...ours]);
  expect(ran).toMatchObject({
    code: 65,
    stdout: '',
    stderr: expect.stringMatching(/^Path leaves the lab: /),
  });
});

test('S6: a folder whose name a shell would act on is a folder', async () => {
  const ground = await newGround();
  const name = '$(touch x);`touch x`\'" -x&';
  const repository = new Repository(join(ground.root, name));
  repository.commit({ files: { a: '1\n' } });
  const ran = await runIn(ground, ['mine', '--repo', repository.path]);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect((await onlyRun(ground.lab)).manifest.history).toMatchObject({ head: repository.head });
  expect(readdirSync(ground.root).sort()).toEqual([name, 'home', 'lab', 'tmp'].sort());
  expect(readdirSync(ground.lab)).not.toContain('x');
});
