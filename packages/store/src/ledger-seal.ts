import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '@timelab/core';
import { isSystemError } from './disk-problem.ts';
import { withFile, writeFileWhole } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { makeOwnFolder } from './own-folder.ts';

/**
 * How much of a ledger is as timelab made it from the records, in characters; 0 where it was changed since, or nobody knows.
 * What is added behind that is not known yet. Rows are only ever added at the end, so that many runs may add theirs
 * at once and the seal still holds.
 */
export async function sealedLength(lab: Lab, text: string): Promise<number> {
  const seal = await readSeal(lab);
  const [, digits = '0', digest = ''] = /^(\d+) ([0-9a-f]{64})\n$/.exec(seal) ?? [];
  const length = Number(digits);
  return length <= text.length && digest === digestOf(text.slice(0, length)) ? length : 0;
}

/**
 * Seals a ledger of the lab whose rows are all known to be as the records have it, as far as its last line end. If the
 * file has become another meanwhile, or a crash or a full disk takes the seal, the next reader reads all records again, and
 * no more.
 */
export async function sealLedger(lab: Lab, text: string): Promise<void> {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const seal = `${whole.length} ${digestOf(whole)}\n`;
  if (whole === '' || seal === (await readSeal(lab))) return;
  try {
    await makeOwnFolder(lab);
    await writeFileWhole(placeOf(lab), seal);
  } catch (error) {
    // The ledger is right without it, and so is what its reader is told.
    if (!isSystemError(error) && !(error instanceof Problem)) throw error;
  }
}

/** The seal as it stands; empty where there is none that could be one. */
async function readSeal(lab: Lab): Promise<string> {
  try {
    const { buffer, bytesRead } = await withFile(placeOf(lab), flags, (file) =>
      file.read(Buffer.alloc(LONGEST), 0, LONGEST, 0),
    );
    return buffer.toString('latin1', 0, bytesRead);
  } catch (error) {
    if (isSystemError(error)) return '';
    throw error;
  }
}

// A link or a pipe is no seal.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** A number of up to 15 digits, a space, a sha256 and a line end, in bytes. */
const LONGEST = 81;

const digestOf = (text: string) => hash('sha256', text);

// Not beside the ledger: a clone, or a checkout that brings another ledger, must not bring what vouches for it.
const placeOf = (lab: Lab) => join(lab.root, '.timelab', 'ledger-seal');
