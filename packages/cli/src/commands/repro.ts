import { type Manifest, Problem } from '@timelab/core';
import type { Configure, Context, Outcome } from '../command.ts';
import type { AnsweredRun } from '../effects/compare-answers.ts';
import { excerptsAt } from '../effects/excerpts.ts';
import { findRecord } from '../effects/find-record.ts';
import { findLab } from '../effects/lab.ts';
import { type Repeated, repeatRun } from '../runs/repeat-run.ts';

interface ReproOptions {
  readonly model?: string;
  readonly allowNet?: boolean;
  readonly show?: boolean;
}

const examples = `
Examples:
  $ timelab repro latest
  $ timelab repro latest~1 --json`;

export const configure: Configure = (command, act) => {
  command
    .description(
      'Repeat a run as it was asked, now, and say whether it gives the same; if not, what changed.',
    )
    .argument('<run>', 'its path, its id or the first digits of that, latest, latest~1, …')
    .option('--model <name>', 'where the model is now: for weights whose path the record does not tell')
    .option('--allow-net', 'let hosts other than this machine be reached')
    .option('--show', 'show the place where two answers part on stderr')
    .addHelpText('after', examples)
    .action(act(async (context, run: string, options: ReproOptions) => await repro(context, run, options)));
};

async function repro(context: Context, word: string, options: ReproOptions): Promise<Outcome> {
  const { model, allowNet = false, show = false } = options;
  const lab = findLab(context);
  const parent = await findRecord(context, lab, word);
  const choices = { allowNet, ...(model === undefined ? {} : { model }) };
  const repeated = await repeatRun(context, lab, parent, choices);
  return await tell(context, parent, repeated, show);
}

/** The verdict for people and programs: on stderr in words, in `data` as the record has it, and as the exit code. */
async function tell(
  { report }: Context,
  parent: AnsweredRun,
  { repro, outcome, folder }: Repeated,
  show: boolean,
): Promise<Outcome> {
  const { verdict, changed, causes, first_difference: place } = repro;
  const told = { verdict, changed, causes, first_difference: place ?? null };
  const ids = { run: outcome.run?.run_id ?? null, parent: parent.manifest.run_id };
  const excerpts =
    show && place !== undefined && folder !== undefined
      ? { excerpts: await excerptsAt(parent.folder, folder, place) }
      : {};
  const { problem: failed, ...rest } = outcome;
  const data = JSON.parse(JSON.stringify({ ...outcome.data, ...told, ...ids, ...excerpts }));
  if (excerpts.excerpts !== undefined) {
    report.say(`${place?.file} of the earlier run: ${excerpts.excerpts.parent}`);
    report.say(`${place?.file} of this one:        ${excerpts.excerpts.run}`);
  }
  if (verdict === 'same') {
    report.say(`The same: run ${short(parent.manifest)} gives today what it gave then${since(changed)}.`);
    return { ...rest, data };
  }
  // A signal is no verdict: the process dies of it.
  if (failed?.kind === 'interrupted') return { ...rest, data, problem: failed };
  return { ...rest, data, problem: problemOf(parent.manifest, repro, failed) };
}

const since = (changed: readonly string[]) =>
  changed.length === 0 ? '' : `, though this has changed: ${changed.join(', ')}`;

function problemOf(
  parent: Manifest,
  { verdict, causes, first_difference: at }: Repeated['repro'],
  failed?: Problem,
) {
  if (verdict === 'different' && at !== undefined) {
    const place = `${at.file} parts at line ${at.line}, byte ${at.byte}`;
    return new Problem(
      'answer_differs',
      `Run ${short(parent)} gives another answer: ${place}. Causes: ${causes.join(', ')}.`,
    );
  }
  const why = failed === undefined ? '' : ` ${failed.message}`;
  return new Problem(
    'cannot_tell',
    `Whether run ${short(parent)} gives the same, for ${causes.join(', ')}:${why}`,
    {
      ...(failed === undefined ? {} : { hint: failed.hint, faults: failed.faults, cause: failed }),
    },
  );
}

const short = ({ run_id }: Manifest) => run_id.slice(0, 8);
