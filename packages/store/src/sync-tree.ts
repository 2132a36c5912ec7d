import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, withFile } from './durable-file.ts';

/**
 * Makes everything below a folder durable. Where the system can write a whole file system out in one call, that is
 * what is done, for a call a file costs milliseconds, and there may be 100,000; elsewhere file by file.
 */
export async function syncTree(folder: string): Promise<void> {
  if (process.platform === 'linux' && (await syncFileSystem(folder))) return;
  await syncEach(folder);
}

/** Asks syncfs(2) through coreutils' sync(1), which Node has no call for; says false where that is not to be had. */
async function syncFileSystem(folder: string): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn('sync', ['--file-system', folder], { stdio: 'ignore' });
    child.on('error', () => done(false));
    child.on('close', (code) => done(code === 0));
  });
}

async function syncEach(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncEach(path);
    else if (entry.isFile()) await withFile(path, 'r', (handle) => handle.sync());
  }
  await syncFolder(folder);
}
