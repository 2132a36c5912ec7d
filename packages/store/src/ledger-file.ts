import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedger, formatRow, type LedgerRow, ledgerHeader, parseLedger } from '@timelab/core';
import { explained, naming, unless } from './disk-problem.ts';
import { createFileDurable, withFile, writeFileDurable } from './durable-file.ts';
import type { Lab } from './lab.ts';

// A ledger is no link: over one a row could be written anywhere that this user may write.
const READ = constants.O_RDONLY | constants.O_NOFOLLOW;
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW;

/** Where the ledger of a day lies, or without a day that of the whole lab. */
export function ledgerOf(lab: Lab, day = ''): string {
  return join(lab.root, day, 'runs.csv');
}

/** The rows of the lab's runs.csv as it stands, which `sync` makes anew; none where there is no such file. */
export async function readLedger(lab: Lab): Promise<LedgerRow[]> {
  return explained(lab, async () => parseLedger(await readWholeLedger(ledgerOf(lab))));
}

/** The bytes of the lab's runs.csv; none where there is no such file. */
export async function readLedgerBytes(lab: Lab): Promise<Buffer> {
  return (await readFrom(ledgerOf(lab), 0)).bytes;
}

/** The text of a ledger as it stands; empty where there is none. */
export async function readWholeLedger(path: string): Promise<string> {
  return (await readFrom(path, 0)).bytes.toString();
}

/**
 * Adds a row to a ledger, durably and without a lock. A row counts only once it has been seen to stand on a line
 * of its own, so that what a crash tore before it does no harm, in a file that is still the ledger, so that a
 * sync that replaced it meanwhile loses nothing. Not for NFS, where O_APPEND is not atomic.
 */
export async function appendRow(path: string, row: LedgerRow): Promise<void> {
  const line = `${formatRow(row)}\n`;
  let lead = '';
  for (;;) {
    const outcome = await unless(['ENOENT'], appendOnce(path, lead, line));
    if (outcome === 'listed') return;
    if (outcome === undefined) await createFileDurable(path, `${ledgerHeader}\n`);
    if (outcome === 'garbled') lead = '\n';
  }
}

/** Adds a row to a ledger that may hold it already. */
export async function ensureRow(path: string, row: LedgerRow): Promise<void> {
  const text = await readWholeLedger(path);
  if (!text.includes(`\n${formatRow(row)}\n`)) await appendRow(path, row);
}

/** The last rows of a ledger, as many as 64 KiB hold: about 200, in the order they were added. */
export async function readLastRows(path: string): Promise<LedgerRow[]> {
  return parseLedger((await readFrom(path, -65_536)).bytes.toString());
}

/** How far a ledger reached at one moment: all that is added later lies behind it. */
export interface LedgerMark {
  readonly inode: bigint;
  readonly size: number;
}

/** Marks where a ledger ends now; undefined where there is none. */
export async function markLedger(path: string): Promise<LedgerMark | undefined> {
  const stats = await unless(['ENOENT'], lstat(path, { bigint: true }));
  return stats && { inode: stats.ino, size: Number(stats.size) };
}

/**
 * Puts a ledger of these rows in the place of the old one, in one step, and carries over what was added behind
 * the mark. Says whether anything changed.
 */
export async function replaceLedger(
  path: string,
  rows: readonly LedgerRow[],
  mark: LedgerMark | undefined,
): Promise<boolean> {
  const old = await unless(['ENOENT'], open(path, READ));
  if (old === undefined) return writeFileDurable(path, formatLedger(rows)).then(() => true);
  try {
    return await naming(path, () => replaceOpened(old, path, rows, mark));
  } finally {
    await old.close();
  }
}

async function replaceOpened(
  old: FileHandle,
  path: string,
  rows: readonly LedgerRow[],
  mark: LedgerMark | undefined,
): Promise<boolean> {
  const before = await readOpened(old, 0);
  const { ino } = await old.stat({ bigint: true });
  const late = before.bytes.subarray(ino === mark?.inode ? mark.size : 0);
  const text = formatLedger([...rows, ...parseLedger(late.toString())]);
  if (before.bytes.equals(Buffer.from(text))) return false;
  await writeFileDurable(path, text);
  // Who had the old file open may have added to it until the rename; later ones see that it has moved.
  const stragglers = parseLedger((await readOpened(old, before.end)).bytes.toString());
  for (const row of stragglers) await appendRow(path, row);
  return true;
}

async function appendOnce(path: string, lead: string, line: string): Promise<'listed' | 'garbled' | 'moved'> {
  return withFile(path, APPEND, async (handle) => {
    const before = await handle.stat({ bigint: true });
    await handle.write(lead + line);
    await handle.sync();
    const { bytes } = await readOpened(handle, Math.max(0, Number(before.size) - 1));
    if (!bytes.includes(`\n${line}`)) return 'garbled';
    const now = await unless(['ENOENT'], lstat(path, { bigint: true }));
    return now?.ino === before.ino ? 'listed' : 'moved';
  });
}

interface Piece {
  readonly bytes: Buffer;
  /** The byte that the piece ends before. */
  readonly end: number;
}

/** The bytes of a file from one on, counted from its end if negative; empty where there is no file. */
async function readFrom(path: string, start: number): Promise<Piece> {
  const piece = await unless(
    ['ENOENT'],
    withFile(path, READ, (handle) => readOpened(handle, start)),
  );
  return piece ?? { bytes: Buffer.alloc(0), end: 0 };
}

async function readOpened(handle: FileHandle, start: number): Promise<Piece> {
  const { size } = await handle.stat();
  const from = start < 0 ? Math.max(0, size + start) : start;
  const buffer = Buffer.allocUnsafe(Math.max(0, size - from));
  let length = 0;
  for (let got = -1; length < buffer.length && got !== 0; length += got) {
    got = (await handle.read(buffer, length, buffer.length - length, from + length)).bytesRead;
  }
  return { bytes: buffer.subarray(0, length), end: from + length };
}
