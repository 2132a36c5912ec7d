import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '@timelab/core';
import { isSystemError } from './disk-problem.ts';
import { withFile, writeFileWhole } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { makeOwnFolder } from './own-folder.ts';
import type { HeldNames } from './run-names.ts';

/** How much of a ledger is known, in bytes, and what that part was held against, if it was. */
export interface LedgerSeal {
  readonly length: number;
  readonly held?: HeldNames;
}

/**
 * How much of a ledger is as timelab made it from the records; nothing where it was changed since, or nobody knows.
 * What is added behind that is not known yet. Rows are only ever added at the end, so that many runs may add theirs
 * at once and the seal still holds.
 */
export async function readSeal(lab: Lab, ledger: Uint8Array): Promise<LedgerSeal> {
  const [, digits = '0', digest, body = ''] =
    /^(\d{1,15}) ([0-9a-f]{64})\n(.*)$/s.exec(await sealText(lab)) ?? [];
  const length = Number(digits);
  if (length > ledger.length || digest !== digestOf(ledger.subarray(0, length))) return { length: 0 };
  const held = readHeld(body);
  return held === undefined ? { length } : { length, held };
}

/**
 * Seals a ledger of the lab whose rows are all known to be as the records have it, as far as its last line end. If the
 * file has become another meanwhile, or a crash or a full disk takes the seal, the next reader reads all records again, and
 * no more.
 */
export async function sealLedger(lab: Lab, ledger: Uint8Array, held?: HeldNames): Promise<void> {
  const whole = ledger.subarray(0, ledger.lastIndexOf(0x0a) + 1);
  const seal = `${whole.length} ${digestOf(whole)}\n${held === undefined ? '' : formatHeld(held)}`;
  if (whole.length === 0 || seal === (await sealText(lab))) return;
  try {
    await makeOwnFolder(lab);
    await writeFileWhole(placeOf(lab), seal);
  } catch (error) {
    // The ledger is right without it, and so is what its reader is told.
    if (!isSystemError(error) && !(error instanceof Problem)) throw error;
  }
}

// Who has the form by its digest has it whole, and written by a timelab that means the same by it.
const form = 'names, 1\n';

function formatHeld(held: HeldNames): string {
  const text = JSON.stringify(held);
  return `${digestOf(form + text)}\n${text}\n`;
}

function readHeld(body: string): HeldNames | undefined {
  const [digest, text = ''] = body.split('\n');
  return digest === digestOf(form + text) ? JSON.parse(text) : undefined;
}

/** The seal as it stands; empty where there is none that could be one. */
async function sealText(lab: Lab): Promise<string> {
  try {
    return await withFile(placeOf(lab), flags, (file) => file.readFile('utf8'));
  } catch (error) {
    if (isSystemError(error)) return '';
    throw error;
  }
}

// A link or a pipe is no seal.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

const digestOf = (data: Uint8Array | string) => hash('sha256', data);

// Not beside the ledger: a clone, or a checkout that brings another ledger, must not bring what vouches for it.
const placeOf = (lab: Lab) => join(lab.root, '.timelab', 'ledger-seal');
