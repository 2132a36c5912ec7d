import { answerList, type Json, listedRun, type Manifest, pageOf, relativeTime } from '@timelab/core';
import { readArtifact, readFileList, readIndex, sizesOf } from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { findRecord } from '../effects/find-record.ts';
import { openForWriting } from '../effects/lab.ts';
import { visible } from '../visible.ts';

interface ShowOptions {
  readonly show?: boolean;
}

export const configure: Configure = (command, act) => {
  command
    .description('Show one run on a page: what was asked, who answered, what came out, what repeats said.')
    .argument('<run>', 'its path, its id or the first digits of that, latest, or latest~2')
    .option('--show', 'the answer, too; control characters in it are made visible')
    .addHelpText('after', '\nExample:\n  $ timelab show latest')
    .action(act(async (context, word: string, options: ShowOptions) => await show(context, word, options)));
};

async function show(context: Context, word: string, options: ShowOptions): Promise<Outcome> {
  const { world, report } = context;
  const lab = await openForWriting(context);
  const { folder, path, manifest } = await findRecord(context, lab, word);
  const [files, listed, { rows: repeats }, answer] = await Promise.all([
    sizesOf(folder, manifest),
    countListed(folder, manifest),
    readIndex(lab, (row) => row.parent_run_id === manifest.run_id),
    options.show === true ? answerOf(folder, manifest) : undefined,
  ]);
  const now = world.now();
  const page = pageOf({ manifest, folder, files, listed, repeats, now });
  if (options.show === true && answer === undefined) report.say('There is no answer to show.');
  const lines = [...page, ...(answer === undefined ? [] : ['', answer])];
  return {
    run: manifest,
    text: lines.map((line) => `${visible(line)}\n`).join(''),
    data: {
      path,
      folder,
      started: relativeTime(new Date(manifest.timestamp_start), now),
      files: files as unknown as Json,
      listed_files: listed,
      verdicts: repeats.map((row) => listedRun(row)),
      ...(answer === undefined ? {} : { answer }),
    },
  };
}

async function countListed(folder: string, manifest: Manifest): Promise<number> {
  let count = 0;
  for await (const _ of readFileList(folder, manifest)) count += 1;
  return count;
}

/** The most of an answer that is shown, in bytes. */
const MOST_SHOWN = 1024 * 1024;

/** What a model wrote in a run: its answer, or what it said of each commit, as output.jsonl has it. */
async function answerOf(folder: string, { artifacts }: Manifest): Promise<string | undefined> {
  const file = artifacts.find((path) => /^output\/answer\.(txt|md|json)$/.test(path));
  const path = file ?? artifacts.find((one) => one === answerList);
  if (path === undefined) return undefined;
  return (await readArtifact(folder, path, MOST_SHOWN))?.toString('utf8');
}
