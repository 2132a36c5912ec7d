import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type MaskStream, type MiningWork, Problem } from '@timelab/core';
import { unless } from '@timelab/store';
import type { Context } from '../../command.ts';
import type { Fence } from '../fence/fence.ts';
import { gitPlaces, repositoryPlaces } from '../fence/repository-places.ts';
import { secretKeeper } from '../masking/secret-keeper.ts';
import { joinPart, partOf } from './continued-file.ts';
import { progressLine } from './progress-line.ts';
import { resumePoint, type WorkPlaces } from './resume-point.ts';
import { startPost, whyGone } from './start-post.ts';
import { startTool, type ToolProcess } from './tool-process.ts';

/** What the helper programs are to do. */
export interface Extraction {
  /** What the helper programs run behind. */
  readonly fence: Fence;
  /** The git directory; absolute. */
  readonly gitDir: string;
  /** Full ids, in the order of the records. */
  readonly ids: readonly string[];
  readonly work: MiningWork;
  readonly places: WorkPlaces;
  /** Where they work, and where all of this is; absolute. */
  readonly folder: string;
  /** Whether an interrupted run has left something there. */
  readonly continued: boolean;
}

/** What they said of themselves when all was done. */
export interface Extracted {
  readonly streamSha256: string;
  /** The versions of the programs that did not tell before. */
  readonly tools: Readonly<Record<string, string>>;
  /** How many commits an interrupted run had done already. */
  readonly resumed: number;
  /** How many secrets stood in the new records. */
  readonly masked: number;
}

/**
 * Has rust_extractor read the commits and py_post read the records as they come, each started once. Throws Problems
 * in the programs' own words; what is done by then stays, for a later run to continue.
 */
export async function extract(context: Context, extraction: Extraction): Promise<Extracted> {
  const { ids, work, places, continued } = extraction;
  await unless(['EEXIST'], mkdir(places.output));
  const filesEach = ownFiles(work).length;
  const resumed = continued ? await resumePoint(places, ids, { filesEach, patches: work.patches }) : 0;
  // A history without commits has a stream, too.
  await appendFile(places.stream, '');
  const post = startPost(context, extraction);
  const hash = createHash('sha256');
  try {
    if (resumed > 0)
      for await (const piece of createReadStream(places.stream)) await tee(piece, [hash, post?.child.stdin]);
    const masked = resumed < ids.length ? await readNew(context, extraction, resumed, hash, post) : 0;
    post?.child.stdin.end();
    await post?.ended;
    return { streamSha256: hash.digest('hex'), tools: post?.versions() ?? {}, resumed, masked };
  } catch (error) {
    // Who hung up has ended by itself, and says why.
    if (post !== undefined && isHangUp(error)) throw await whyGone(post);
    post?.stop();
    await Promise.allSettled([post?.ended]);
    throw error;
  }
}

/** The files of a commit that rust_extractor writes; the pages are py_post's. */
function ownFiles(work: MiningWork): string[] {
  return work.files.filter((file) => file !== 'analysis_summary.md');
}

async function readNew(
  context: Context,
  extraction: Extraction,
  resumed: number,
  hash: Writable,
  post: ToolProcess | undefined,
): Promise<number> {
  const { ids, places } = extraction;
  const { child, ended, stop } = startExtractor(context, extraction, resumed);
  const file = createWriteStream(places.stream, { flags: 'a' });
  const written = finished(file);
  written.catch(() => {});
  child.stdin.end(`${ids.slice(resumed).join('\n')}\n`);
  let records = resumed;
  const filter = secretKeeper(context.world).mask.stream();
  try {
    for await (const piece of through(filter, child.stdout)) {
      records += lineEnds(piece);
      await tee(piece, [hash, file, post?.child.stdin]);
    }
    file.end();
    await ended;
    if (records !== ids.length) throw cutShort(records, ids.length);
    await written;
    await Promise.all([places.sums, places.patches].map(joinPart));
    return filter.count;
  } catch (error) {
    stop();
    await Promise.allSettled([ended]);
    // A file that cannot be opened or written is closed by that, and a closed one says no more why.
    throw file.errored ?? error;
  } finally {
    file.destroy();
  }
}

/** The records without secrets: what is made of them has none either. */
async function* through(filter: MaskStream, pieces: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield filter.push(piece);
  yield filter.end();
}

function lineEnds(piece: Uint8Array): number {
  let count = 0;
  for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) count += 1;
  return count;
}

function cutShort(records: number, commits: number): Problem {
  return new Problem('tool_failed', `rust_extractor: it ended after ${records} of ${commits} records.`);
}

const isHangUp = (error: unknown) =>
  ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Gives a piece to all who read along, no faster than the slowest of them takes it. */
async function tee(piece: Uint8Array, readers: readonly (Writable | undefined)[]): Promise<void> {
  await Promise.all(readers.map((reader) => reader && written(reader, piece)));
}

const written = (reader: Writable, piece: Uint8Array) =>
  new Promise<void>((done, fail) => reader.write(piece, (error) => (error ? fail(error) : done())));

function startExtractor(context: Context, extraction: Extraction, resumed: number): ToolProcess {
  const { gitDir, ids, work, places, folder, fence } = extraction;
  const files = ownFiles(work);
  const args = [
    ...['history', '--git-dir', gitDir, '--ids', '-', '--progress'],
    ...['--shards', String(shards(context, ids.length - resumed))],
    ...['--rename-limit', String(work.renameLimit), '--merges', work.merges],
    ...(files.length === 0
      ? []
      : ['--out', places.output, '--files', files.join(','), '--sums', partOf(places.sums)]),
    ...(work.patches ? ['--patches', partOf(places.patches)] : []),
  ];
  const show = progressLine(context, resumed, ids.length);
  const reads = [...repositoryPlaces(gitDir), ...gitPlaces(context.world.env)];
  return startTool(context.world, fence, { name: 'rust_extractor', args, reads, folder, onLine: show });
}

/** Shards share git's cache of deltas badly: only a long history gains by them (measured in docs/reference/PERFORMANCE.md). */
function shards({ world }: Context, commits: number): number {
  return commits < 500 ? 1 : Math.min(8, world.cores);
}
