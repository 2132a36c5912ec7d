import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, readDotenv } from '@timelab/core';

/** Where a lab keeps its secrets, relative to the lab. */
export const envLab = 'secrets/.env.lab';

/** The most that the file may hold, in bytes. */
const sizeLimit = 1024 * 1024;

const none: ReadonlyMap<string, string> = new Map();

/** The secrets of a lab by their names; none where it has no file of them. Throws `secrets_invalid`: what cannot be read cannot be masked. */
export function readEnvLab(root: string): ReadonlyMap<string, string> {
  const bytes = readPlainly(join(root, envLab));
  if (bytes === undefined) return none;
  const reading = readDotenv(textOf(bytes));
  if ('values' in reading) return reading.values;
  throw invalid(`${envLab}, line ${reading.badLine}, is no NAME=value.`);
}

// O_NONBLOCK, so that a named pipe cannot hold us up for ever; a link could lead to what others can read.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

function readPlainly(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw invalid(`${envLab} cannot be opened (${code}).`, 'It has to be a plain file that you can read.');
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size > sizeLimit)
      throw invalid(`${envLab} is no plain file of at most ${sizeLimit} bytes.`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid(`${envLab} is not text in UTF-8.`);
  }
}

const invalid = (message: string, hint?: string) =>
  new Problem('secrets_invalid', message, hint === undefined ? {} : { hint });
