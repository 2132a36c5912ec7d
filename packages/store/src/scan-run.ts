import type { Dirent } from 'node:fs';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mask, Problem, tokenIn } from '@timelab/core';
import { syncFolder } from './durable-file.ts';
import { isTemporary } from './temporary.ts';

/** What of a run's folder was looked at already: files that were written through the mask, and folders that were filled so. */
export interface Looked {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/**
 * Looks for known secrets in whatever got into a run's folder past its mask, in names too; what holds one is taken away.
 * Throws `secret_found`, which says where it stood.
 */
export async function refuseStrangers(folder: string, looked: Looked, mask: Mask): Promise<void> {
  if (mask.isEmpty) return;
  for await (const path of strangersIn(folder, '', looked)) {
    const bytes = await readFile(join(folder, path));
    const found = mask.find(path) ?? mask.find(bytes);
    if (found === undefined) continue;
    await unlink(join(folder, path));
    await syncFolder(join(folder, path, '..'));
    const where = mask.find(path) === undefined ? `, line ${lineOf(bytes, found.start)},` : '';
    throw new Problem('secret_found', `${mask.text(path)}${where} held the value of ${found.name}.`);
  }
}

async function* strangersIn(folder: string, parent: string, looked: Looked): AsyncGenerator<string> {
  for (const entry of await readdir(join(folder, parent), { withFileTypes: true })) {
    const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
    if (entry.isDirectory() && !looked.folders.has(path)) yield* strangersIn(folder, path, looked);
    if (isStranger(entry, path, looked)) yield path;
  }
}

function isStranger(entry: Dirent, path: string, { files }: Looked): boolean {
  return entry.isFile() && path !== 'run.json' && !files.has(path) && !isTemporary(entry.name);
}

const lineOf = (bytes: Uint8Array, at: number) =>
  bytes.subarray(0, at).reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 1);

/**
 * Says of a file that a model or the lab's owner filled that something in it has the form of a key. It stays: whose key
 * it is nobody knows, and a model's example of one is no secret.
 */
export function tokenNote(path: string, data: Uint8Array | string): string | undefined {
  if (!/^(?:output|input\/files)\//.test(path)) return undefined;
  const text = typeof data === 'string' ? data : new TextDecoder('latin1').decode(data);
  const token = tokenIn(text);
  if (token === undefined) return undefined;
  const line = text.slice(0, token.at).split('\n').length;
  return `${path}, line ${line}, holds what looks like ${token.what}; it is kept as it is.`;
}
