import { relative } from 'node:path';
import { Problem, type ProblemKind } from '@timelab/core';
import type { Lab } from './lab.ts';

/** What the system's error codes (errno(3)) mean for a lab: the kind of problem, and the reason in words. */
const reasons: Readonly<Record<string, readonly [ProblemKind, string]>> = {
  ENOSPC: ['disk_full', 'the disk is full'],
  EDQUOT: ['disk_full', 'the disk quota is used up'],
  EIO: ['disk_error', 'the disk reported an error'],
  ENOENT: ['disk_error', 'it is gone'],
  EROFS: ['read_only', 'the file system is mounted read-only'],
  EACCES: ['read_only', 'permission is denied'],
  EPERM: ['read_only', 'the system does not permit it'],
  EMFILE: ['too_many_files', 'this process has too many files open'],
  ENFILE: ['too_many_files', 'the system has too many files open'],
  EEXIST: ['file_exists', 'something else stands there'],
  ENOTDIR: ['file_exists', 'a file stands where a folder has to be'],
  ESPIPE: ['file_exists', 'a pipe stands where a file has to be'],
  ELOOP: ['file_exists', 'a link stands where a file has to be'],
  EISDIR: ['file_exists', 'a folder stands where a file has to be'],
  ENOTEMPTY: ['file_exists', 'the folder holds something'],
  EBUSY: ['disk_error', 'it is in use'],
  ENAMETOOLONG: ['usage', 'its name is too long'],
};

const readers = new Set(['scandir', 'opendir', 'read', 'readlink', 'stat', 'lstat', 'realpath']);

/** Does work on a lab's disk; what the system refuses is thrown as a Problem that names the place and the reason. */
export async function explained<T>(lab: Lab, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toProblem(lab, error);
  }
}

/** Does work on one file or folder; a system's error that it ends in bears the path, as those of open files do not. */
export async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isSystemError(error)) error.path = path;
    throw error;
  }
}

/** Whether an error is the system's, with one of the codes (any code, if none is given). */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return codes.length === 0 || codes.includes(error.code);
}

/** Gives `undefined` in place of a failure with one of the codes. */
export async function unless<T>(codes: readonly string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isSystemError(error, ...codes)) return undefined;
    throw error;
  }
}

/** The reason in words why the system refused; undefined for what is not a system's error. */
export function reasonOf(error: unknown): string | undefined {
  if (!isSystemError(error)) return undefined;
  return reasons[error.code ?? '']?.[1] ?? `the system says ${error.code}`;
}

/** A system's error as a Problem that names the place and the reason; anything else as it is. */
export function toProblem(lab: Lab, error: unknown): unknown {
  const known = isSystemError(error) ? reasons[error.code ?? ''] : undefined;
  if (known === undefined) return error;
  const { path, syscall } = error as NodeJS.ErrnoException;
  const place = path === undefined ? 'The lab' : relative(lab.root, path) || 'The lab';
  const verb = readers.has(syscall ?? '') ? 'read' : 'written';
  return new Problem(known[0], `${place} could not be ${verb}: ${known[1]}.`, { cause: error });
}
