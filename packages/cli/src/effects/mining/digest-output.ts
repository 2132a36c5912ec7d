import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileList, type MiningWork, recordStream } from '@timelab/core';
import { digestFile } from '@timelab/store';
import type { WorkPlaces } from './resume-point.ts';

/**
 * The digests of the files for the whole, by their paths in the run; those of the commits, which can be 100,000,
 * are put together as one list, in the form of sha256sum(1), which is one of those files.
 */
export async function digestOutput(
  places: WorkPlaces,
  work: MiningWork,
  streamSha256: string,
): Promise<Map<string, string>> {
  if (work.files.length > 0) await writeList(places);
  const digests = new Map([[recordStream, streamSha256]]);
  for (const entry of await readdir(places.output, { withFileTypes: true })) {
    const path = `output/${entry.name}`;
    if (entry.isFile() && !digests.has(path))
      digests.set(path, await digestFile(join(places.output, entry.name)));
  }
  return digests;
}

async function writeList({ output, sums, pageSums }: WorkPlaces): Promise<void> {
  const parts = [sums, pageSums].filter((part) => existsSync(part));
  const list = createWriteStream(join(output, basename(fileList)));
  for (const part of parts) await pipeline(createReadStream(part), list, { end: false });
  await new Promise<void>((done, fail) => list.end((error?: Error | null) => (error ? fail(error) : done())));
}
