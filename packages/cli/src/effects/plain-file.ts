import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';

/** What the system says of a plain file; undefined for a link, which could lead anywhere, and a pipe, which never ends. */
export async function plainFile(path: string): Promise<Stats | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true ? found : undefined;
}
