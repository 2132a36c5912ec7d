import { join } from 'node:path';
import { Problem, type ProblemKind } from '@timelab/core';
import {
  findRun,
  identifySelf,
  type Lab,
  listAllRuns,
  type NamedRun,
  openDerived,
  type RunVerdict,
  type VerifyMeans,
  verifyRun,
} from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { breath } from '../effects/breath.ts';
import { type CodeFaults, openCodeFaults } from '../effects/code/verify-code.ts';
import { findLab } from '../effects/lab.ts';
import { openTally, type Tally } from '../verify-tally.ts';

interface VerifyOptions {
  readonly all?: boolean;
}

const examples = `
Examples:
  $ timelab verify latest
  $ timelab verify --all`;

export const configure: Configure = (command, act) => {
  command
    .description('Say whether runs are as they were recorded: everything is derived again from the bytes.')
    .argument('[runs...]', 'paths, ids or their first 4 digits, latest, latest~2')
    .option('--all', 'every run of the lab, and its ledgers and links')
    .addHelpText('after', examples)
    .action(
      act(async (context, runs: string[], options: VerifyOptions) => await verify(context, runs, options)),
    );
};

async function verify(context: Context, words: readonly string[], options: VerifyOptions): Promise<Outcome> {
  const all = options.all === true;
  if (all === words.length > 0) {
    const message = all ? '--all is every run; none may be named besides.' : 'No run is named.';
    throw new Problem('usage', message, { hint: 'See `timelab verify --help`.' });
  }
  const lab = findLab(context);
  const code = openCodeFaults(context.world, lab.root);
  const pause = breath(context.world);
  const means = { lab, self: identifySelf(), derived: openDerived(lab), pause };
  const tally = openTally(context, all);
  if (all) await verifyAll(means, code, tally);
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

async function verifyAll(means: VerifyMeans, code: CodeFaults, tally: Tally): Promise<void> {
  const paths = new Set<string>();
  for await (const found of listAllRuns(means.lab)) {
    const run = { ...found, folder: join(means.lab.root, found.path) };
    paths.add(run.path);
    tally.add(run, await verdictOf(means, code, run));
  }
  tally.addLab(await means.derived.faultsOfLab(paths));
}

async function verdictOf(means: VerifyMeans, code: CodeFaults, run: NamedRun): Promise<RunVerdict> {
  const verdict = await verifyRun(means, run);
  if ('faults' in run.reading) return verdict;
  return { ...verdict, faults: [...verdict.faults, ...(await code(run.folder, run.reading.manifest))] };
}
