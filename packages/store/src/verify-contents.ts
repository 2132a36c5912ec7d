import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  answerContentFaults,
  answerList,
  type Manifest,
  type RecordFault,
  specContentFaults,
  specCopy,
} from '@timelab/core';
import { isSystemError } from './disk-problem.ts';
import type { FileDigest } from './file-digest.ts';

/** The longest list of answers that is read again for its numbers, in bytes. */
const MOST_ANSWERS = 64 * 1024 * 1024;

// It was a file when it was hashed; a link or a pipe that took its place since is neither followed nor waited for.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Whether a record is held against what the file at this path of its run says. */
export const isReadAgain = (path: string) => path === specCopy || path === answerList;

/**
 * Holds what a record says against what its own files say, as far as those have the bytes that were recorded: of
 * others it is told already that they have not.
 */
export function contentFaults(
  folder: string,
  manifest: Manifest,
  read: ReadonlyMap<string, FileDigest>,
): RecordFault[] {
  const text = (path: string, digest: string | undefined) => {
    const found = read.get(path);
    if (found === undefined || found.digest !== digest || found.bytes > MOST_ANSWERS) return undefined;
    return found.text ?? textOf(join(folder, path));
  };
  const spec = text(specCopy, manifest.task.inputs_hash);
  const answers = text(answerList, manifest.digests[answerList]);
  return [
    ...(spec === undefined ? [] : specContentFaults(manifest, spec)),
    ...(answers === undefined ? [] : answerContentFaults(manifest, answers)),
  ];
}

function textOf(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, flags);
    return readFileSync(file, 'utf8');
  } catch (error) {
    // It was there a moment ago, and has been hashed: what goes away meanwhile is no fault of the record.
    if (isSystemError(error)) return undefined;
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
