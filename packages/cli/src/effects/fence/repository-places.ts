import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProgram } from '../find-program.ts';
import { librariesOf, placesOf } from './program-places.ts';

/** Repositories may borrow objects of others, which may borrow in turn; git itself follows five of them. */
const mostBorrowings = 5;

/** What git needs of the disk to read a repository: its git directory, and wherever its objects are. */
export function repositoryPlaces(gitDir: string): string[] {
  const common = resolve(gitDir, textOf(join(gitDir, 'commondir'))?.trim() ?? '.');
  const objects = join(common, 'objects');
  const own = [gitDir, common];
  return [
    ...[...own, ...borrowed(objects, mostBorrowings)].flatMap(withTarget),
    // Where links in it lead; the links themselves are shown with it.
    ...own.flatMap(linksIn).flatMap(targetOf),
  ];
}

/** What a git directory has by a link, as `git new-workdir` leaves objects, refs and configuration. */
function linksIn(gitDir: string): string[] {
  try {
    const entries = readdirSync(gitDir, { withFileTypes: true });
    return entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => join(gitDir, name));
  } catch {
    return [];
  }
}

/** What git itself needs, where it is none of the system's own: its programs and libraries, not all that lies beside. */
export function gitPlaces(env: Readonly<Record<string, string | undefined>>): string[] {
  const git = findProgram(env, 'git');
  return git === undefined ? [] : [...placesOf(git), ...librariesOf(realpathSync(git))];
}

function borrowed(objects: string, depth: number): string[] {
  if (depth === 0) return [];
  const lines = (textOf(join(objects, 'info/alternates')) ?? '').split('\n');
  const others = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return others
    .map((line) => resolve(objects, unquoted(line)))
    .flatMap((other) => [other, ...borrowed(other, depth - 1)]);
}

/** A line in git's C style, of which only the escapes that timelab itself writes are known. */
function unquoted(line: string): string {
  if (!line.startsWith('"')) return line;
  return line.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

const withTarget = (path: string) => targetOf(path).flatMap((target) => [path, target]);

function targetOf(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
