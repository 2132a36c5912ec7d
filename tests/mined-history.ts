import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { roomyFolder } from '../packages/store/test/temporary-lab.ts';
import { ended, hermetic, program, timelab } from './rig.ts';

/** A lab, and a repository beside it that it mines; both are there for a whole file of tests. */
export interface MinedWorld {
  readonly root: string;
  readonly lab: string;
  readonly repository: string;
  remove(): Promise<void>;
}

/** Makes a lab with one commit and, beside it, a history of so many steps; for `beforeAll`, which has to remove it. */
export async function minedWorld(steps: number): Promise<MinedWorld> {
  const root = await realpath(await mkdtemp(join(roomyFolder, 'timelab-mined-')));
  const [lab, repository] = await Promise.all([
    minedLab(join(root, 'lab')),
    minedHistory(join(root, 'engine'), steps),
  ]);
  return {
    root,
    lab,
    repository,
    remove: async () => await rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function minedLab(lab: string): Promise<string> {
  const made = await timelab(['init', lab], { cwd: dirname(lab) });
  if (made.code !== 0) throw new Error(`init failed: ${made.stderr}`);
  await git(lab, 'add', '-A');
  await git(lab, 'commit', '-qm', 'a lab');
  return lab;
}

/** Runs git in a folder and gives what it printed, without the last line end; fails where git does. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const ran = await program('git', args, { cwd: folder });
  if (ran.code !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`);
  return ran.stdout.replace(/\n$/, '');
}

/**
 * Makes a repository that is the same in every byte each time: so many steps on main, every 20th a merge that brings
 * two commits, with changed, new, renamed, deleted and binary files, odd paths, an empty commit, dates that do not
 * follow the order of the history, a tag `v1.0` and a branch `release`.
 */
export async function minedHistory(folder: string, steps: number): Promise<string> {
  await program('git', ['init', '-q', '-b', 'main', folder], { cwd: '/' });
  await addSteps(folder, 0, steps);
  const middle = `main~${Math.floor(steps / 3)}`;
  await git(folder, 'branch', 'release', middle);
  await importInto(folder, onBranch('release', 3));
  await git(folder, 'tag', '-a', '-m', 'first release', 'v1.0', middle);
  return folder;
}

/** Puts steps on top of main; `first` is the number of the first of them. */
export async function addSteps(folder: string, first: number, steps: number): Promise<void> {
  const onTop = first === 0 ? '' : 'from refs/heads/main^0\n';
  const all = Array.from({ length: steps }, (_, at) => step(first + at, at === 0 ? onTop : ''));
  await importInto(folder, all.join(''));
}

async function importInto(folder: string, commands: string): Promise<void> {
  const child = spawn('git', ['-C', folder, 'fast-import', '--quiet', '--force', '--date-format=raw'], {
    env: hermetic(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(commands);
  const { code, stderr } = await ended(child);
  if (code !== 0) throw new Error(stderr);
}

/** Names and addresses with all that a pattern could take for its own. */
const people = [
  'Ada Lovelace <ada@example.org>',
  'Bob (R&D) <bob+git@example.org>',
  'Ünal [x] <unal@example.net>',
  'Ada.L <a.d.a@example.com>',
];

const words = ['feat(core): add', 'fix: mend', 'docs: tell of', 'refactor!: turn', 'Revert "add'];

const origin = 1_700_000_000;

/** Every seventh commit was written forty days before it was committed, as after a rebase. */
const written = (at: number) => origin + at * 3600 - (at % 7 === 3 ? 40 * 86_400 : 0);

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const file = (path: string, text: string) => `M 100644 inline ${JSON.stringify(path)}\n${data(text)}`;

function head(ref: string, at: number, message: string): string {
  const person = people[at % people.length];
  const times = [
    `author ${person} ${written(at)} +0130`,
    `committer Merger <m@example.org> ${origin + at * 3600} -0500`,
  ];
  return `commit ${ref}\n${times.join('\n')}\n${data(message)}`;
}

function step(at: number, from: string): string {
  if (at % 20 !== 19) {
    const message = `${words[at % words.length]} step ${at}\n\nCloses #${at % 10}; a+b (twice).\n`;
    return `${head('refs/heads/main', at, message)}${from}${at % 20 === 12 ? '' : changes(at)}`;
  }
  const side = `refs/side/${at}`;
  const [one, two] = [
    file(`side/${at}-1.py`, `def one():\n    return ${at}\n`),
    file(`side/${at}-2.py`, 'two = 2\n'),
  ];
  const branch = `${head(side, at, `feat(side): one of ${at}\n`)}from refs/heads/main\n${one}`;
  const merge = `${head('refs/heads/main', at, `Merge side ${at}\n`)}${from}merge ${side}\n${one}${two}`;
  return `${branch}${head(side, at, `feat(side): two of ${at}\n`)}${two}${merge}`;
}

function changes(at: number): string {
  const lines = Array.from({ length: 15 }, (_, line) => `    ${line} ${line === at % 15 ? `+ ${at}` : ''};`);
  const body = lines.join('\n');
  return [
    file(`src/core/file${at % 11}.c`, `int f${at % 3}(int x) {\n${body}\n    return ${at};\n}\n`),
    at % 4 === 0 ? file(`src/core2/[odd] *${at % 3}.txt`, `odd ${at}\n`) : '',
    at % 20 === 1 ? file(`docs/note ${at}.md`, `# ${at}\n${body}\n`) : '',
    at % 40 === 2
      ? `R ${JSON.stringify(`docs/note ${at - 1}.md`)} ${JSON.stringify(`docs/kept ${at}.md`)}\n`
      : '',
    at % 40 === 22 ? `D ${JSON.stringify(`docs/note ${at - 1}.md`)}\n` : '',
    at % 25 === 5 ? file('data.bin', `\0\u0001${at}\0`) : '',
  ].join('');
}

function onBranch(name: string, steps: number): string {
  const ref = `refs/heads/${name}`;
  const commit = (at: number) =>
    `${head(ref, 1000 + at, `fix: backport ${at}\n`)}${at === 0 ? `from ${ref}^0\n` : ''}${file('RELEASE', `${at}\n`)}`;
  return Array.from({ length: steps }, (_, at) => commit(at)).join('');
}
