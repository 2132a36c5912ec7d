import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mask, Problem, tokenIn } from '@timelab/core';
import { syncFolder } from './durable-file.ts';
import { isTemporary } from './temporary.ts';

/**
 * Looks for known secrets in all of a run's folder, whether it came through the mask or past it, in names too; what holds
 * one is taken away, and `taken` hears of it. Folders that were looked at before are passed over. Throws `secret_found`, which
 * says where it stood.
 */
export async function refuseSecrets(
  folder: string,
  looked: ReadonlySet<string>,
  mask: Mask,
  taken: (path: string) => void,
): Promise<void> {
  if (mask.isEmpty) return;
  for await (const path of filesIn(folder, '', looked)) {
    const bytes = await readFile(join(folder, path));
    const found = mask.find(path) ?? mask.find(bytes);
    if (found === undefined) continue;
    await unlink(join(folder, path));
    await syncFolder(join(folder, path, '..'));
    taken(path);
    const where = mask.find(path) === undefined ? `, line ${lineOf(bytes, found.start)},` : '';
    throw new Problem('secret_found', `${mask.text(path)}${where} held the value of ${found.name}.`);
  }
}

async function* filesIn(folder: string, parent: string, looked: ReadonlySet<string>): AsyncGenerator<string> {
  for (const entry of await readdir(join(folder, parent), { withFileTypes: true })) {
    const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
    if (entry.isDirectory() && !looked.has(path)) yield* filesIn(folder, path, looked);
    // In a record digests stay as they are, whatever they are equal to.
    if (entry.isFile() && path !== 'run.json' && !isTemporary(entry.name)) yield path;
  }
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
