import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program, repository } from './rig.ts';

/** A page of documentation: its path from the root of the repository, and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** A line that a page shows being typed, and the exit code that it says will follow. */
export interface TypedCommand {
  readonly line: string;
  readonly exitCode: number;
}

/** Reads one page. */
export function readPage(path: string): Page {
  return { path, text: readFileSync(join(repository, path), 'utf8') };
}

/** Every page of the repository that git knows or would take, but for the fixtures of other tests. */
export async function readPages(): Promise<Page[]> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'];
  const { stdout } = await program('git', args, { cwd: repository });
  const paths = stdout.split('\n').filter((path) => path !== '' && !path.includes('/fixtures/'));
  return [...new Set(paths)].sort().map(readPage);
}

const fence = /^( *)(`{3,})(\w*)[^\n]*\n([\s\S]*?)^\1\2[ \t]*$/gm;

/** The text without its fenced blocks and code spans, in which nothing is a link. */
function prose({ text }: Page): string {
  return text.replace(fence, '').replace(/`[^`\n]*`/g, '');
}

/** Where the links of a page lead, other sites aside. */
export function linksOf(page: Page): string[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors that headings make, as GitHub makes them. */
export function anchorsOf({ text }: Page): Set<string> {
  const headings = [...text.replace(fence, '').matchAll(/^#{1,6} +(.+?) *$/gm)].map(
    (match) => match[1] ?? '',
  );
  return new Set(headings.map(slug));
}

function slug(heading: string): string {
  const words = heading.replace(/\]\([^)]*\)/g, ']').toLowerCase();
  return words.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

/** What a page shows being typed in blocks marked `console`, but for blocks that a comment above takes out. */
export function typedIn({ text }: Page): TypedCommand[] {
  const blocks = [...text.matchAll(fence)].filter((match) => match[3] === 'console');
  const run = blocks.filter((match) => !isTakenOut(text.slice(0, match.index)));
  return run.flatMap((match) => commandsIn(match[4] ?? ''));
}

/** The first lines of a page's blocks of shell script that are not marked as not run: only `console` blocks are run. */
export function unmarkedScripts({ path, text }: Page): string[] {
  const scripts = [...text.matchAll(fence)].filter((match) =>
    /^(sh|bash|shell|zsh|fish)$/.test(match[3] ?? ''),
  );
  const unmarked = scripts.filter((match) => !isTakenOut(text.slice(0, match.index)));
  return unmarked.map((match) => `${path}: ${match[4]?.split('\n')[0]}`);
}

const isTakenOut = (before: string) => /<!-- not run: [^>]+ -->\n$/.test(before);

function commandsIn(block: string): TypedCommand[] {
  const typed = [...block.matchAll(/^\$ (.*(?:\n> .*)*)/gm)].map((match) => match[1] ?? '');
  return typed.map((command) => {
    const exitCode = Number(/# exit (\d+)$/.exec(command)?.[1] ?? 0);
    return { line: command.replaceAll('\n> ', '\n'), exitCode };
  });
}

/** The rows of a page's tables by every name in the first cell; of two rows with one name, the first. */
export function rowsOf({ text }: Page): Map<string, string[]> {
  // The last of equal keys stays in a Map, so the first row comes last.
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .reverse();
  return new Map(
    rows.flatMap((row) => {
      const cells = row.split('|').slice(1, -1);
      const names = [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
      return names.map((name) => [name, cells.map((cell) => cell.trim())] as const);
    }),
  );
}

/** The part of a page below a heading of the second level that begins so, up to the next one. */
export function sectionOf({ path, text }: Page, heading: string): Page {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`${path} has no heading ${heading}`);
  return { path, text: section };
}
