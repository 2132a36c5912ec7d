import { type FileHandle, link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { naming, unless } from './disk-problem.ts';
import { temporaryName } from './temporary.ts';

/**
 * Writes a file so that it is there whole or not at all, whatever ends the process or the power, and is there
 * for good when the promise resolves: temporary file, fsync, rename, fsync of the folder. The temporary file lies beside
 * it, or in a `staging` folder of the same file system.
 */
export async function writeFileDurable(
  path: string,
  data: Uint8Array | string,
  staging = dirname(path),
): Promise<void> {
  await writeFileWhole(path, data, staging);
  await syncFolder(dirname(path));
}

/** Writes a file whole or not at all; its name is there for good only after `syncFolder` of its folder. */
export async function writeFileWhole(
  path: string,
  data: Uint8Array | string,
  staging = dirname(path),
): Promise<void> {
  await throughTemporary(path, data, staging, (temporary) => rename(temporary, path));
}

/** Makes a file that is not there yet, durably; one that is there is left as it is. Says whether it made one. */
export async function createFileDurable(path: string, data: Uint8Array | string): Promise<boolean> {
  const made = await throughTemporary(path, data, dirname(path), async (temporary) => {
    // A link, unlike a rename, never replaces what has come to stand there meanwhile.
    const linked = await unless(
      ['EEXIST'],
      link(temporary, path).then(() => true),
    );
    await unlink(temporary);
    return linked === true;
  });
  await syncFolder(dirname(path));
  return made;
}

/** Makes the names in a folder durable: without it a power cut can take a renamed file away again. */
export async function syncFolder(folder: string): Promise<void> {
  // Some network file systems cannot sync a folder, and say so by EINVAL; there the server sees to it.
  await withFile(folder, 'r', (handle) => unless(['EINVAL'], handle.sync()));
}

/** Makes a folder below a root and all that lead to it, durably; those that are there are left as they are. */
export async function makeFoldersDurable(root: string, folder: string): Promise<void> {
  for (const parent of await makeFolders(root, folder)) await syncFolder(parent);
}

/** The same, but durable only after `syncFolder` of the folders it gives: those in which it made one. */
export async function makeFolders(root: string, folder: string): Promise<string[]> {
  const parents: string[] = [];
  let parent = root;
  // Not by a recursive mkdir: Node's hides what the system says behind an ENOENT, or passes over it.
  for (const name of relative(root, folder).split(sep)) {
    const child = join(parent, name);
    if (
      await unless(
        ['EEXIST'],
        mkdir(child).then(() => true),
      )
    )
      parents.push(parent);
    parent = child;
  }
  return parents;
}

/** Opens a file for some work and closes it whatever comes of the work. */
export async function withFile<T>(
  path: string,
  flags: string | number,
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  return naming(path, async () => {
    const handle = await open(path, flags);
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  });
}

async function throughTemporary<T>(
  path: string,
  data: Uint8Array | string,
  staging: string,
  publish: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = join(staging, temporaryName());
  return naming(path, async () => {
    try {
      await withFile(temporary, 'wx', (handle) => writeAndSync(handle, bytesOf(data)));
      return await publish(temporary);
    } catch (error) {
      // The failure above is the one to tell; a file that stays is cleared by the next sync.
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  });
}

async function writeAndSync(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, at);
    at += bytesWritten;
  }
  // A failed fsync is never tried again: the system may have dropped the data and then report success.
  await handle.sync();
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
}
