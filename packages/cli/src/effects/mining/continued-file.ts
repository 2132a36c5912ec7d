import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { readdir, rename, truncate, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const infix = '.from-';

/**
 * Where a program that can only begin a file anew goes on with one: beside it, in a part that is named by the byte
 * of the whole at which it begins.
 */
export function partOf(path: string): string {
  return `${path}${infix}${existsSync(path) ? statSync(path).size : 0}`;
}

/** Puts a part to its whole, if there is one. Killed at any time, it can be called again and comes to the same. */
export async function joinPart(path: string): Promise<void> {
  const beginning = `${basename(path)}${infix}`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(beginning)) continue;
    const part = join(dirname(path), name);
    const at = Number(name.slice(beginning.length));
    if (at === 0) await rename(part, path);
    else {
      await truncate(path, at);
      await pipeline(createReadStream(part), createWriteStream(path, { flags: 'a' }));
      await unlink(part);
    }
  }
}
