import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import {
  type KeptInput,
  type Mask,
  Problem,
  type ProblemKind,
  type QuotedFile,
  sha256,
  specLimits,
} from '@timelab/core';
import { reasonOf } from '@timelab/store';

/** A file that was read whole. */
export interface ReadFile {
  readonly bytes: Buffer;
  /** Absolute, with links resolved. */
  readonly path: string;
}

/** The most that one input file may hold, and all together, in bytes. */
const fileLimit = 1024 * 1024;
const totalLimit = 4 * 1024 * 1024;

/** The same for programs, by what each is called on the page for agents. */
export const inputLimits = { input_file_bytes: fileLimit, input_files_bytes: totalLimit } as const;

/** Reads a spec file, which may lie anywhere; anything but a file of words of decent length is refused unread. */
export async function readSpecFile(path: string, shown: string): Promise<ReadFile> {
  return await readPlainFile(path, shown, 'spec_unreadable', specLimits.bytes);
}

/** An input file as the run keeps it, the model reads it, and the manifest lists it. */
export interface InputFile extends KeptInput {
  readonly data: Buffer;
  readonly quoted: QuotedFile;
  /** Whether a secret stood in it, in whose place its name stands now. */
  readonly masked: boolean;
}

/**
 * Reads the files that a spec names, relative to the spec; none may lie outside the lab, by name or by link. Secrets are
 * masked at once: what is kept is what was asked, and neither the record nor the model gets to see them.
 */
export async function readInputFiles(
  names: readonly string[],
  specFile: string,
  labRoot: string,
  mask: Mask,
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const [at, name] of names.entries()) {
    const { bytes: open, path } = await readInside(name, dirname(specFile), labRoot);
    const bytes = Buffer.from(mask.bytes(open));
    const source = slashed(relative(await realpath(labRoot), path));
    const kept = `input/files/${String(at + 1).padStart(2, '0')}-${safeName(basename(name))}`;
    files.push({
      path: kept,
      source,
      bytes: bytes.length,
      sha256: sha256(bytes),
      data: bytes,
      quoted: { name, text: textOf(bytes, name) },
      masked: !bytes.equals(open),
    });
  }
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  if (total > totalLimit)
    throw new Problem(
      'input_invalid',
      `The input files hold ${total} bytes together; at most ${totalLimit} are read.`,
    );
  return files;
}

async function readInside(name: string, folder: string, labRoot: string): Promise<ReadFile> {
  if (isAbsolute(name) || name.includes('\0') || name.includes('\\')) {
    throw new Problem(
      'path_escapes',
      `${JSON.stringify(name)} is not a relative path with "/" between its parts.`,
    );
  }
  const path = resolve(folder, name);
  const root = await realpath(labRoot);
  // Links are resolved before anything is opened, so that a link out of the lab is not even read.
  const real = await realpath(path).catch(() => undefined);
  if (!isInside(root, path) && !isInside(root, real ?? path)) throw escapes(name);
  if (real === undefined) throw new Problem('input_missing', `${JSON.stringify(name)} is not there.`);
  if (!isInside(root, real)) throw escapes(name);
  return await readPlainFile(real, name, 'input_missing', fileLimit);
}

const escapes = (name: string) =>
  new Problem('path_escapes', `${JSON.stringify(name)} lies outside the lab.`);

/** A spec's path as a record may hold it: inside the lab, or its name alone, for paths outside tell of homes and users. */
export function shownSpecPath(root: string, path: string): string {
  return isInside(root, path) ? slashed(relative(root, path)) : basename(path);
}

/** Whether a path lies below a folder; both absolute, links resolved. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** What keeps a file from being opened that says nothing about the file. */
const systemFaults: Readonly<Record<string, ProblemKind>> = {
  EMFILE: 'too_many_files',
  ENFILE: 'too_many_files',
  EIO: 'disk_error',
};

/**
 * Reads a plain file of at most `limit` bytes. Folders, FIFOs, devices and what cannot be opened are refused with
 * a problem of the kind given, in words.
 */
export async function readPlainFile(
  path: string,
  shown: string,
  kind: ProblemKind,
  limit: number,
): Promise<ReadFile> {
  const refuse = (reason: string) => new Problem(kind, `${JSON.stringify(shown)} ${reason}.`);
  // Without O_NONBLOCK, opening a FIFO would wait for a writer for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      const ofSystem = systemFaults[error.code ?? ''];
      if (ofSystem !== undefined)
        throw new Problem(ofSystem, `${JSON.stringify(shown)} could not be read: ${reasonOf(error)}.`);
      throw refuse(openFaults[error.code ?? ''] ?? `cannot be opened (${error.code})`);
    },
  );
  try {
    const { size } = await requireFile(file, refuse);
    if (size > limit) throw refuse(`is ${size} bytes long; at most ${limit} are read`);
    return { bytes: await readAtMost(file, limit, refuse), path: await realpath(path) };
  } finally {
    await file.close();
  }
}

const openFaults: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ELOOP: 'is a loop of links',
  ENOTDIR: 'is below something that is no folder',
  ENAMETOOLONG: 'is too long a name',
  EISDIR: 'is a folder',
};

async function requireFile(file: FileHandle, refuse: (reason: string) => Problem) {
  const found = await file.stat();
  if (found.isDirectory()) throw refuse('is a folder, not a file');
  if (!found.isFile()) throw refuse('is not a plain file');
  return found;
}

async function readAtMost(
  file: FileHandle,
  limit: number,
  refuse: (reason: string) => Problem,
): Promise<Buffer> {
  const buffer = Buffer.alloc(limit + 1);
  let length = 0;
  for (;;) {
    // Files of /proc and broken disks can be opened and yet not be read.
    const { bytesRead } = await file
      .read(buffer, length, buffer.length - length, null)
      .catch((error: NodeJS.ErrnoException) => {
        throw refuse(`cannot be read (${error.code})`);
      });
    if (bytesRead === 0) return Buffer.from(buffer.subarray(0, length));
    length += bytesRead;
    if (length > limit) throw refuse(`grew past ${limit} bytes while it was read`);
  }
}

function textOf(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('input_invalid', `${JSON.stringify(name)} is not text in UTF-8.`);
  }
}

const safeName = (name: string) => name.replace(/[^A-Za-z0-9._-]/g, '_').slice(-100);
const slashed = (path: string) => path.split(sep).join('/');
