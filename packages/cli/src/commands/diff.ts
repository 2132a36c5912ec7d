import {
  type DiffedRun,
  diffAsMarkdown,
  differingPaths,
  diffForPeople,
  diffRuns,
  type Json,
  type Manifest,
  readSpec,
  sha256,
  specCopy,
  specLimits,
} from '@timelab/core';
import { type Lab, readArtifact, readFileList } from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { commitsBetween, recordedLock } from '../effects/code/code-between.ts';
import { describeFiles } from '../effects/differing-files.ts';
import { findRecord } from '../effects/find-record.ts';
import { openForWriting } from '../effects/lab.ts';
import { visible } from '../visible.ts';

interface DiffOptions {
  readonly markdown?: boolean;
  readonly show?: boolean;
}

export const configure: Configure = (command, act) => {
  command
    .description('Say what two runs differ by, part by part, and nothing of what is the same.')
    .argument('<a>', 'a run: its path, its id or the first digits of that, latest, or latest~2')
    .argument('<b>', 'another run')
    .option('--markdown', 'as a page of Markdown')
    .option('--show', 'how the answers differ, too; control characters in them are made visible')
    .addHelpText('after', '\nExample:\n  $ timelab diff latest~1 latest')
    .action(
      act(
        async (context, a: string, b: string, options: DiffOptions) => await diff(context, [a, b], options),
      ),
    );
};

async function diff(
  context: Context,
  words: readonly [string, string],
  options: DiffOptions,
): Promise<Outcome> {
  const { show = false, markdown = false } = options;
  const lab = await openForWriting(context);
  const [a, b] = [await readSide(context, lab, words[0]), await readSide(context, lab, words[1])];
  const paths = differingPaths(a.digests, b.digests);
  const [commits, locks, differing] = await Promise.all([
    hasOtherCode(a, b) ? commitsBetween(context.world, lab.root, a.manifest, b.manifest) : undefined,
    locksOf(context, lab, a.manifest, b.manifest),
    describeFiles([a.folder, b.folder], paths, (path) => isForReading(path, show)),
  ]);
  const found = diffRuns(a, b, {
    ...(commits === undefined ? {} : { commits }),
    ...(locks === undefined ? {} : { locks }),
    differing,
  });
  const text = markdown
    ? diffAsMarkdown(found)
    : diffForPeople(found)
        .map((line) => `${line}\n`)
        .join('');
  return { text: visible(text), data: JSON.parse(JSON.stringify(found)) as Record<string, Json> };
}

/** What was given is the user's own; what came out is a model's or a stranger's, and shown only when asked for. */
function isForReading(path: string, show: boolean): boolean {
  return path.startsWith('input/files/') || (show && path.startsWith('output/'));
}

interface Side extends DiffedRun {
  readonly folder: string;
}

async function readSide(context: Context, lab: Lab, word: string): Promise<Side> {
  const { folder, path, manifest } = await findRecord(context, lab, word);
  const digests = new Map(Object.entries(manifest.digests));
  for await (const [listed, digest] of readFileList(folder, manifest)) digests.set(listed, digest);
  const spec = await keptSpec(folder, manifest);
  return { folder, path, manifest, digests, ...(spec === undefined ? {} : { spec }) };
}

/** The spec of a run with its defaults, from the copy that the run kept; undefined where that is not as it was recorded. */
async function keptSpec(folder: string, { task }: Manifest): Promise<Json | undefined> {
  const bytes = await readArtifact(folder, specCopy, specLimits.bytes);
  if (bytes === undefined || sha256(bytes) !== task.inputs_hash) return undefined;
  const reading = readSpec(bytes);
  return 'spec' in reading ? (JSON.parse(JSON.stringify(reading.spec)) as Json) : undefined;
}

function hasOtherCode({ manifest: a }: Side, { manifest: b }: Side): boolean {
  const [from, to] = [a.git?.code_sha256, b.git?.code_sha256];
  return from === undefined || from !== to;
}

async function locksOf({ world }: Context, lab: Lab, a: Manifest, b: Manifest) {
  if (a.flake_lock_sha256 === b.flake_lock_sha256) return undefined;
  const [from, to] = [await recordedLock(world, lab.root, a), await recordedLock(world, lab.root, b)];
  return from === undefined || to === undefined ? undefined : ([from, to] as const);
}
