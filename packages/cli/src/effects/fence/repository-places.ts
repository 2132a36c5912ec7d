import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProgram } from '../find-program.ts';
import { librariesOf, placesOf } from './program-places.ts';

/** Repositories may borrow objects of others, which may borrow in turn; git itself follows five of them. */
const mostBorrowings = 5;

/** What git needs of the disk to read a repository: its git directory, and wherever its objects are. */
export function repositoryPlaces(gitDir: string): string[] {
  const common = resolve(gitDir, textOf(join(gitDir, 'commondir'))?.trim() ?? '.');
  const objects = join(common, 'objects');
  return [gitDir, common, objects, ...borrowed(objects, mostBorrowings)].flatMap(withTarget);
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

function withTarget(path: string): string[] {
  try {
    return [path, realpathSync(path)];
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
