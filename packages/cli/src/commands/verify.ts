import { join } from 'node:path';
import { Problem, type ProblemKind } from '@timelab/core';
import {
  findRun,
  identifySelf,
  type Lab,
  listAllRuns,
  listRunPaths,
  type NamedRun,
  openDerived,
  type RunVerdict,
  type Share,
  type VerifyMeans,
  verifyRun,
} from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { breath } from '../effects/breath.ts';
import { type CodeFaults, openCodeFaults } from '../effects/code/verify-code.ts';
import { findLab } from '../effects/lab.ts';
import { verifyInProcesses } from '../effects/verify-processes.ts';
import { openTally, type Tally } from '../verify-tally.ts';

/** So many runs take longer than the start of a process that looks at them. */
const WORTH_A_PROCESS = 1000;

interface VerifyOptions {
  readonly all?: boolean;
  readonly share?: Share;
}

const examples = `
Examples:
  $ timelab verify latest
  $ timelab verify --all
  $ timelab verify --all --share 2/4`;

export const configure: Configure = (command, act) => {
  command
    .description('Say whether runs are as they were recorded: everything is derived again from the bytes.')
    .argument('[runs...]', 'paths, ids or their first 4 digits, latest, latest~2')
    .option('--all', 'every run of the lab, and its ledgers and links')
    .option(
      '--share <i/k>',
      'with --all: every k-th run alone, from the i-th on, as one of k processes',
      readShare,
    )
    .addHelpText('after', examples)
    .action(
      act(async (context, runs: string[], options: VerifyOptions) => await verify(context, runs, options)),
    );
};

function readShare(text: string): Share {
  const [, index = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= of) return { index: index - 1, of };
  throw new Problem('usage', `${JSON.stringify(text)} is no share of the runs.`, {
    hint: 'Write which of how many, such as 2/4.',
  });
}

async function verify(context: Context, words: readonly string[], options: VerifyOptions): Promise<Outcome> {
  const all = options.all === true;
  if (all === words.length > 0) {
    const message = all ? '--all is every run; none may be named besides.' : 'No run is named.';
    throw new Problem('usage', message, { hint: 'See `timelab verify --help`.' });
  }
  if (options.share !== undefined && !all) {
    throw new Problem('usage', '--share goes with --all.', { hint: 'See `timelab verify --help`.' });
  }
  const lab = findLab(context);
  const code = openCodeFaults(context.world, lab.root);
  const pause = breath(context.world);
  const means = { lab, self: identifySelf(), derived: openDerived(lab), pause };
  const tally = openTally(context, all);
  if (options.share !== undefined) await verifyShare(means, code, tally, options.share);
  else if (all) await verifyAll(context, means, code, tally);
  else
    for await (const run of named(context, lab, words, tally))
      tally.add(run, await verdictOf(means, code, run));
  return tally.outcome();
}

/** The runs that words mean, each once; a word that means none, or several, keeps no other from being looked at. */
async function* named(
  { world }: Context,
  lab: Lab,
  words: readonly string[],
  tally: Tally,
): AsyncGenerator<NamedRun> {
  const seen = new Set<string>();
  for (const word of words) {
    try {
      const run = await findRun(lab, word, world.cwd);
      if (!seen.has(run.folder)) yield run;
      seen.add(run.folder);
    } catch (error) {
      if (!(error instanceof Problem) || !isOfWord.has(error.kind)) throw error;
      tally.addUnknown(word, error);
    }
  }
}

const isOfWord: ReadonlySet<ProblemKind> = new Set(['run_unknown', 'run_ambiguous']);

async function verifyAll(
  { world }: Context,
  means: VerifyMeans,
  code: CodeFaults,
  tally: Tally,
): Promise<void> {
  const paths = await listRunPaths(means.lab);
  const processes = Math.min(world.cores, Math.floor(paths.size / WORTH_A_PROCESS));
  if (processes > 1) tally.addShares(await verifyInProcesses(world, means.lab.root, processes));
  else await verifyShare(means, code, tally);
  tally.addLab(await means.derived.faultsOfLab(paths));
}

async function verifyShare(means: VerifyMeans, code: CodeFaults, tally: Tally, share?: Share): Promise<void> {
  for await (const found of listAllRuns(means.lab, share)) {
    const run = { ...found, folder: join(means.lab.root, found.path) };
    tally.add(run, await verdictOf(means, code, run));
  }
}

async function verdictOf(means: VerifyMeans, code: CodeFaults, run: NamedRun): Promise<RunVerdict> {
  const verdict = await verifyRun(means, run);
  if ('faults' in run.reading) return verdict;
  return { ...verdict, faults: [...verdict.faults, ...(await code(run.folder, run.reading.manifest))] };
}
