import {
  type Json,
  type LedgerColumn,
  type LedgerRow,
  ledgerColumns,
  listAsCsv,
  listedRun,
  listForPeople,
  Problem,
  type RunFilter,
  type RunOrder,
  readColumn,
  readMoment,
  runFactors,
  runTest,
  sortRuns,
} from '@timelab/core';
import { type RunIndex, readIndex } from '@timelab/store';
import { type Command, Option } from 'commander';
import type { Configure, Context, Outcome } from '../command.ts';
import { openForWriting } from '../effects/lab.ts';
import { visible } from '../visible.ts';

interface LsOptions {
  readonly since?: string;
  readonly until?: string;
  readonly status?: string[];
  readonly kind?: string[];
  readonly model?: string;
  readonly tag?: string[];
  readonly name?: string;
  readonly verdict?: string[];
  readonly changedBy?: string[];
  readonly columns?: string;
  readonly sort?: LedgerColumn;
  readonly reverse?: boolean;
  readonly limit?: string;
  readonly csv?: boolean;
}

export const configure: Configure = (command, act) => {
  addFilters(command.description('List runs, the newest first, from the index (runs.csv).'));
  command
    .option('--columns <names>', 'these columns of runs.csv, with commas between them')
    .addOption(new Option('--sort <column>', 'by this column, smallest first').choices(ledgerColumns))
    .option('--reverse', 'the other way round')
    .option('--limit <n>', 'no more than so many')
    .option('--csv', 'as CSV, with cells as in runs.csv')
    .addHelpText(
      'after',
      '\nExamples:\n  $ timelab ls --since 3d --status error\n  $ timelab ls --model smollm2 --sort duration_seconds --limit 5',
    )
    .action(act(async (context, options: LsOptions) => await list(context, options)));
};

function addFilters(command: Command): void {
  // Of these several may be given, as `--status error cancelled` or each with its flag.
  const many = (flags: string, words: string, choices: readonly string[]) =>
    command.addOption(new Option(flags, words).choices(choices));
  command
    .option('--since <time>', 'begun since then: 3d, 12h, 2025-10-15 or an instant')
    .option('--until <time>', 'begun until then')
    .option('--model <part>', "a part of the model's name, or 8 digits of its digest")
    .option('--name <pattern>', 'the name of the run, with * and ?')
    .option('--tag <tags...>', 'has all of these tags');
  many('--status <statuses...>', 'how it ended', ['running', 'ok', 'error', 'cancelled']);
  many('--kind <kinds...>', 'what was asked', ['llm', 'mining', 'extraction', 'analysis']);
  many('--verdict <verdicts...>', 'what `repro` said of it', ['same', 'different', 'cannot_tell']);
  many('--changed-by <factors...>', 'a repetition with one of these changed', runFactors);
}

async function list(context: Context, options: LsOptions): Promise<Outcome> {
  const { world, report } = context;
  const filter = filterOf(options, world.now());
  const order = orderOf(options);
  const limit = options.limit === undefined ? undefined : countIn(options.limit);
  const columns = options.columns?.split(',').map((name) => readColumn(name.trim()));
  const lab = await openForWriting(context);
  const index = await readIndex(lab, runTest(filter));
  const found = index.rows.length;
  const rows = sortRuns(index.rows, order).slice(0, limit);
  tellIndex(context, index);
  if (found === 0) report.say(`None of ${index.of} runs is like that.`);
  if (rows.length < found) report.say(`${rows.length} of ${found} runs.`);
  if (context.global.json === true) return { data: dataOf(index, rows, columns) };
  return { text: options.csv === true ? listAsCsv(rows, columns) : linesOf(listForPeople(rows, columns)) };
}

function dataOf(index: RunIndex, rows: readonly LedgerRow[], columns?: readonly LedgerColumn[]) {
  const damaged = index.damaged.map(({ path, faults }) => ({ path, faults: faults as unknown as Json }));
  const runs = rows.map((row) => listedRun(row, columns));
  return { runs, found: index.rows.length, of: index.of, damaged };
}

const linesOf = (lines: readonly string[]) => lines.map((line) => `${visible(line)}\n`).join('');

function tellIndex({ report }: Context, { damaged, missing, stray, wrong }: RunIndex): void {
  for (const { path, faults } of damaged) {
    const words = faults.map(({ pointer, reason }) => `${pointer} ${reason}`.trim());
    report.say(`${path} is not listed: ${words.join('; ')}`);
  }
  if (missing + stray + wrong > 0) {
    const faults = [`runs that were missing: ${missing}`, `rows that led to none: ${stray}`];
    report.say(`runs.csv was not in step; ${faults.join(', ')}, rows that were not as recorded: ${wrong}.`);
  }
}

function filterOf(options: LsOptions, now: Date): RunFilter {
  const { since, until, status, kind, model, tag, name, verdict, changedBy } = options;
  return {
    ...(since === undefined ? {} : { since: readMoment(since, 'first', now).toISOString() }),
    ...(until === undefined ? {} : { until: readMoment(until, 'last', now).toISOString() }),
    ...(model === undefined ? {} : { model }),
    ...(name === undefined ? {} : { name }),
    ...(status && { statuses: status }),
    ...(kind && { kinds: kind }),
    ...(tag && { tags: tag }),
    ...(verdict && { verdicts: verdict }),
    ...(changedBy && { changedBy }),
  };
}

function orderOf({ sort, reverse = false }: LsOptions): RunOrder {
  return { ...(sort === undefined ? {} : { column: sort }), reverse };
}

function countIn(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Problem('usage', `--limit ${JSON.stringify(text)} is no number of runs.`, {
    hint: 'Give a whole number, at least 1.',
  });
}
