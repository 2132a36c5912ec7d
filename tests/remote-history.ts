import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Clone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { ended, hermetic, program } from './rig.ts';

/** Runs git in a folder and gives what it printed; fails if git does. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const ran = await program('git', ['-C', folder, ...args], { cwd: folder });
  if (ran.code !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`);
  return ran.stdout.trim();
}

/**
 * Makes a bare repository that a server gives away, with so many commits on main: changed, new, renamed and deleted
 * files, links, another repository's commit, and a merge of a branch of two every tenth time.
 */
export async function serveHistory(
  folder: string,
  name: string,
  commits: number,
  format: 'sha1' | 'sha256' = 'sha1',
): Promise<string> {
  const repository = join(folder, name);
  await git(folder, 'init', '-q', '--bare', '-b', 'main', `--object-format=${format}`, repository);
  await git(repository, 'config', 'uploadpack.allowFilter', 'true');
  await addHistory(repository, 0, commits);
  return repository;
}

/** Puts commits on top of a branch of a served repository; `first` is the number of the first of them. */
export async function addHistory(
  repository: string,
  first: number,
  commits: number,
  ref = 'refs/heads/main',
): Promise<void> {
  const child = spawn('git', ['-C', repository, 'fast-import', '--quiet', '--force'], {
    env: hermetic(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const digits = (await git(repository, 'rev-parse', '--show-object-format')) === 'sha256' ? 64 : 40;
  const onTop = first === 0 ? '' : `from ${ref}^0\n`;
  child.stdin.end(
    Array.from({ length: commits }, (_, at) => step(ref, first + at, at === 0 ? onTop : '', digits)).join(''),
  );
  const { code, stderr } = await ended(child);
  if (code !== 0) throw new Error(stderr);
}

/** The ids of the newest commits of a clone, as a mining command would list them. */
export async function newest(clone: Clone, limit: number): Promise<string[]> {
  const ids = await git(clone.gitDir, 'rev-list', `--max-count=${limit}`, clone.head);
  return ids.split('\n');
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const author = (at: number) => `author Ada <ada@example.org> ${1_700_000_000 + at * 60} +0100\n`;
const head = (ref: string, at: number, words: string) =>
  `commit ${ref}\n${author(at)}${author(at).replace('author', 'committer')}${data(words)}`;
const file = (path: string, text: string) => `M 100644 inline ${path}\n${data(text)}`;

/** One commit in git-fast-import(1)'s language; every tenth brings a side branch with it. */
function step(ref: string, at: number, from: string, digits: number): string {
  if (at % 10 !== 9) return `${head(ref, at, `commit ${at}`)}${from}${changes(at, digits)}`;
  const side = `refs/side/${at}`;
  const [one, two] = [file(`side/${at}-1`, `one ${at}\n`), file(`side/${at}-2`, `two ${at}\n`)];
  const work = `${head(side, at, 'side 1')}from ${ref}\n${one}${head(side, at, 'side 2')}${two}`;
  return `${work}${head(ref, at, `merge ${at}`)}merge ${side}\n${one}${file(`side/${at}-2`, `merged ${at}\n`)}`;
}

function changes(at: number, digits: number): string {
  const lines = Array.from({ length: 20 }, (_, line) => `line ${line} ${line === at % 20 ? at : ''}`);
  const text = `${lines.join('\n')}\n`;
  return [
    file(`src/${at % 7}/file${at % 31}.c`, `int f(int x) {\n${text}return ${at};\n}\n`),
    at % 3 === 0 ? file(`notes/${at}.md`, `# ${at}\n${text}`) : '',
    at % 12 === 3 ? `R notes/${at - 3}.md kept/${at}.md\n` : '',
    at % 17 === 5 && at > 17 ? `M 120000 inline links/${at}\n${data(`../notes/${at}`)}` : '',
    at % 50 === 1 ? `M 160000 ${String(at).padStart(digits, 'a')} vendored\n` : '',
  ].join('');
}
