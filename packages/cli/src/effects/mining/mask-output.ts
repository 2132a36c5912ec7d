import {
  createReadStream,
  createWriteStream,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Mask, Problem } from '@timelab/core';
import { digestFile, type Pause, withdrawWork } from '@timelab/store';
import { fileHoldsSecret, filesIn, LONG } from '../masking/held-files.ts';
import type { WorkPlaces } from './resume-point.ts';
import { mendSums } from './sums.ts';

/**
 * Masks what helper programs wrote themselves, messages and patches of commits, before it becomes part of a run; they are
 * told no secret. Gives how many files held one. The digests that stand for them are put right, and a folder that was
 * masked is gone on with by no later run. Where no secret is known, nothing is read.
 */
export async function maskOutput(places: WorkPlaces, mask: Mask, pause: Pause): Promise<number> {
  if (mask.isEmpty) return 0;
  const digests = new Map<string, string>();
  for await (const path of filesIn(places.output)) {
    const file = join(places.output, path);
    // The records were masked as they came.
    if (file === places.stream) continue;
    const draft = statSync(file).size > LONG ? await maskLong(file, mask) : maskShort(file, mask);
    await pause();
    if (draft === undefined) continue;
    // Its patches are no longer as long as its records say, by which a later run would go on.
    if (digests.size === 0) await withdrawWork(places.folder);
    await refuseHeld(draft, path, mask);
    digests.set(path, await digestFile(draft));
    renameSync(draft, file);
  }
  if (digests.size > 0) for (const sums of [places.sums, places.pageSums]) await mendSums(sums, digests);
  return digests.size;
}

/** Refuses what was masked and holds a secret all the same, as where one begins with what stands in another's place. */
export async function refuseHeld(file: string, shown: string, mask: Mask): Promise<void> {
  if (await fileHoldsSecret(file, mask))
    throw new Problem('secret_found', `output/${mask.text(shown)} held a secret after it was masked.`);
}

const draftOf = (file: string) => `${file}.masked`;

/** Writes the file anew beside itself, masked, and says where; undefined where it holds no secret. */
function maskShort(file: string, mask: Mask): string | undefined {
  // Of many short files, calls that wait are several times as fast as those that do not.
  const bytes = readFileSync(file);
  const masked = mask.bytes(bytes);
  if (masked === bytes) return undefined;
  writeFileSync(draftOf(file), masked);
  return draftOf(file);
}

async function maskLong(file: string, mask: Mask): Promise<string | undefined> {
  const filter = mask.stream();
  await pipeline(
    createReadStream(file, { highWaterMark: 1 << 20 }),
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) yield filter.push(piece);
      yield filter.end();
    },
    createWriteStream(draftOf(file)),
  );
  if (filter.count > 0) return draftOf(file);
  rmSync(draftOf(file));
  return undefined;
}
