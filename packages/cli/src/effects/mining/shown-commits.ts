import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Commit, MOST_WORDS, recordsAlone, type ShownCommit } from '@timelab/core';
import { explained } from '@timelab/store';
import type { Context } from '../../command.ts';
import type { World } from '../../world.ts';
import type { Fence } from '../fence/fence.ts';
import { temporaryFolder } from '../folders.ts';
import { secretKeeper } from '../masking/secret-keeper.ts';
import { extract } from './extract.ts';
import type { LocalRepository } from './find-repository.ts';
import { readPatch } from './read-patch.ts';
import { workPlaces } from './resume-point.ts';

/** Each of the first commits as a model is shown it, in the order of the records in a stream; without secrets. */
export async function* shownCommits(
  world: World,
  repository: LocalRepository,
  stream: string,
): AsyncGenerator<ShownCommit> {
  const { mask } = secretKeeper(world);
  let left = MOST_WORDS;
  for await (const line of createInterface({
    input: createReadStream(stream, 'utf8'),
    crlfDelay: Infinity,
  })) {
    if (left-- <= 0) return;
    const record = JSON.parse(line) as Commit;
    const diff = mask.bytes(await readPatch(world, repository, record.id));
    yield { record, diff, diffBytes: record.patch.bytes };
  }
}

/** The commits of a history, and where it is. */
export interface AskedHistory {
  readonly fence: Fence;
  readonly repository: LocalRepository;
  readonly ids: readonly string[];
}

/** Looks at the same of commits that are not mined yet: their records are made in a folder that is gone afterwards. */
export async function seeBeforehand<T>(
  context: Context,
  { fence, repository, ids }: AskedHistory,
  see: (commit: ShownCommit) => T,
): Promise<T[]> {
  const { world } = context;
  const root = temporaryFolder(world);
  return await explained({ root }, async () => {
    const folder = await mkdtemp(join(root, 'timelab-records-'));
    try {
      const places = workPlaces(folder);
      const first = ids.slice(0, MOST_WORDS);
      const { gitDir } = repository;
      const extraction = { fence, gitDir, ids: first, work: recordsAlone, places, folder, continued: false };
      await extract(context, extraction);
      const seen: T[] = [];
      for await (const commit of shownCommits(world, repository, places.stream)) seen.push(see(commit));
      return seen;
    } finally {
      // What cannot be taken away again is no failure of the work.
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  });
}
