import { existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Problem } from '@timelab/core';

/** A repository on this machine, as far as files tell without asking git. */
export interface LocalRepository {
  /** Absolute; where its refs are. */
  readonly gitDir: string;
  /** Absolute; where its objects are, also those of a linked worktree. */
  readonly objects: string;
  /** The ids at which a shallow clone ends. */
  readonly shallow: readonly string[];
  readonly objectFormat: 'sha1' | 'sha256';
}

/**
 * Finds the repository of a folder: a work tree or a folder inside of one, a linked worktree, or a bare repository.
 * Git is not asked, for it would read the configuration of whatever it found. Throws `repository_invalid`.
 */
export function findRepository(path: string, shown: string): LocalRepository {
  const refuse = (reason: string) => new Problem('repository_invalid', `${JSON.stringify(shown)} ${reason}.`);
  if (!isFolder(path)) throw refuse(existsSync(path) ? 'is no folder' : 'is not there');
  try {
    return repositoryOf(path, refuse);
  } catch (error) {
    if (error instanceof OddFile) throw refuse(`has a ${error.message}`);
    throw error;
  }
}

function repositoryOf(path: string, refuse: (reason: string) => Problem): LocalRepository {
  const gitDir = gitDirOf(path);
  if (gitDir === undefined) throw refuse('is no git repository');
  const common = resolve(gitDir, oneLine(join(gitDir, 'commondir')) ?? '.');
  const objects = join(common, 'objects');
  if (!isFolder(objects)) throw refuse('is a git repository without objects');
  // For git to read; it waits for ever for what a pipe might say.
  for (const file of [join(gitDir, 'HEAD'), join(common, 'packed-refs')]) isFile(file);
  const shallow = (oneText(join(common, 'shallow')) ?? '').split('\n');
  const isSha256 = /^\s*objectformat\s*=\s*sha256\s*$/im.test(oneText(join(common, 'config')) ?? '');
  const objectFormat = isSha256 ? 'sha256' : 'sha1';
  return {
    gitDir,
    objects,
    objectFormat,
    shallow: shallow.filter((id) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id)),
  };
}

function gitDirOf(folder: string): string | undefined {
  for (let here = folder; ; here = dirname(here)) {
    const dotGit = join(here, '.git');
    if (isGitDir(dotGit)) return dotGit;
    const link = /^gitdir: (.+)$/.exec(oneLine(dotGit) ?? '')?.[1];
    if (link !== undefined && isGitDir(resolve(here, link))) return resolve(here, link);
    // As git does: the repository of a folder further up is another one.
    if (link !== undefined) throw new OddFile('.git file that leads to no repository');
    if (isGitDir(here)) return here;
    if (dirname(here) === here) return undefined;
  }
}

// A linked worktree has no objects of its own.
function isGitDir(path: string): boolean {
  return (
    existsSync(join(path, 'HEAD')) && (isFolder(join(path, 'objects')) || existsSync(join(path, 'commondir')))
  );
}

function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() === true;
}

/** A file of git's that is none of the kind that git makes. */
class OddFile extends Error {}

/** Says no for a folder; throws for what is neither, such as a pipe, whose end nobody knows. */
function isFile(path: string): boolean {
  const found = statsOf(path);
  if (found === undefined || found.isDirectory()) return false;
  if (found.isFile()) return true;
  throw new OddFile(`${basename(path)} that is neither a file nor a folder`);
}

/** What is at the end of a path; undefined also where links lead in a circle. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function oneLine(path: string): string | undefined {
  return oneText(path)?.replace(/\r?\n$/, '');
}

function oneText(path: string): string | undefined {
  try {
    return isFile(path) ? readFileSync(path, 'utf8') : undefined;
  } catch (error) {
    if (error instanceof OddFile) throw error;
    return undefined;
  }
}
