import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** The layout of what is made; another number makes the repositories anew. */
const version = 1;
const files = 300;
const linesEach = 120;

/** A bare repository of so many commits, the same bytes on every machine; made once and kept below `.cache`. */
export async function madeHistory(commits: number): Promise<string> {
  const place = `${process.cwd()}/.cache/bench/history-${version}-${commits}.git`;
  if (existsSync(place)) return place;
  mkdirSync(dirname(place), { recursive: true });
  const unfinished = `${place}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await git(['init', '--quiet', '--bare', '--initial-branch=main', unfinished], []);
  await git(['-C', unfinished, 'fast-import', '--quiet'], importStream(commits));
  renameSync(unfinished, place);
  return place;
}

/** What `git fast-import` reads: source files that grow, change in places, move and go, by a handful of people. */
function* importStream(commits: number): Generator<string> {
  const random = numbers(20251015);
  const pick = (below: number) => random() % below;
  const texts = new Map<string, string[]>();
  for (let at = 0; at < commits; at += 1) {
    const who = `Author ${pick(40)} <author${pick(40)}@example.org>`;
    const time = 1_400_000_000 + at * 3600;
    const message = `${kinds[pick(kinds.length)]}: change number ${at}\n\nBecause of reason ${pick(1000)}.\n`;
    yield `commit refs/heads/main\ncommitter ${who} ${time} +0100\ndata ${message.length}\n${message}`;
    const touched = 1 + pick(3) + (pick(50) === 0 ? 12 : 0);
    for (let one = 0; one < touched; one += 1) yield change(texts, pick);
    yield '\n';
  }
  yield 'done\n';
}

const kinds = ['feat', 'fix', 'docs', 'refactor', 'test', 'chore'];
const endings = ['rs', 'py', 'c', 'go', 'js', 'md'];

/** One file of a commit: most change a few lines, one in sixty moves, one in two hundred goes. */
function change(texts: Map<string, string[]>, pick: (below: number) => number): string {
  const number = pick(files);
  const path = `src/part${number % 17}/file${number}.${endings[number % endings.length]}`;
  const text = texts.get(path);
  const chance = pick(600);
  if (text !== undefined && chance < 3) {
    texts.delete(path);
    return `D ${path}\n`;
  }
  const lines = text ?? Array.from({ length: linesEach }, (_, at) => line(path, at, pick));
  const at = pick(lines.length);
  const added = Array.from({ length: 1 + pick(6) }, (_, more) => line(path, at + more, pick));
  lines.splice(at, pick(6), ...added);
  if (lines.length > 3 * linesEach) lines.splice(0, linesEach);
  const moved = text !== undefined && chance < 13 ? `src/moved/file${number}-${pick(9)}.rs` : path;
  if (moved !== path) texts.delete(path);
  texts.set(moved, lines);
  const body = `${lines.join('\n')}\n`;
  return `${moved === path ? '' : `D ${path}\n`}M 100644 inline ${moved}\ndata ${body.length}\n${body}\n`;
}

/** A line of a source file; every twentieth opens a function. */
function line(path: string, at: number, pick: (below: number) => number): string {
  if (at % 20 === 0) return `fn part_${at}_${pick(1000)}() {`;
  if (at % 20 === 19) return '}';
  return `    let value_${at} = compute(${pick(100_000)}, "${path.slice(-12)}");`;
}

/** The same pseudo-random numbers everywhere: the 32-bit xorshift of Marsaglia, "Xorshift RNGs" (2003). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

async function git(args: readonly string[], input: Iterable<string>): Promise<void> {
  const child = spawn('git', args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'close');
  for (const piece of input) {
    if (!child.stdin.write(piece)) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}`);
}
