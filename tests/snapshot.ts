import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What stands at one path: its kind, its permissions, and the sha256 of what it holds or where it leads. */
type Snapshot = Readonly<Record<string, string>>;

/** Everything below a folder, `.git` included, by path; two of them are equal if nothing was written in between. */
export async function snapshot(folder: string): Promise<Snapshot> {
  // With types, so that links to folders are not walked through.
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.map((entry) => join(entry.parentPath, entry.name)).sort();
  const entries: [string, string][] = [];
  for (const path of paths) entries.push([relative(folder, path), await describe(path)]);
  return Object.fromEntries(entries);
}

async function describe(path: string): Promise<string> {
  // Such a name cannot be given back to the system as it was.
  if (path.includes('\uFFFD')) return 'a name that is no UTF-8';
  const found = await lstat(path);
  const mode = (found.mode & 0o7777).toString(8);
  if (found.isSymbolicLink()) return `link to ${await readlink(path)}`;
  if (found.isDirectory()) return `folder ${mode}`;
  return found.isFile() ? `file ${mode} ${sha256(await readFile(path))}` : `special ${mode}`;
}

/** The sha256 of bytes, as 64 lower-case hex digits. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
