import { Problem } from '@timelab/core';
import type { Command } from 'commander';

/** What a command that asks a model takes about answers that are recorded. */
export interface RecordedChoices {
  /** Whether a recorded answer of the same weights to the same request is given, and nothing asked. */
  readonly cache?: boolean | undefined;
  /** Whether recorded answers alone are given. */
  readonly replay?: boolean | undefined;
  /** The first digits of a run's id, with `replay`. */
  readonly fromRun?: string | undefined;
}

/** Offers the flags about answers that are recorded. */
export function offerRecorded(command: Command): Command {
  return command
    .option('--cache', 'give the recorded answer where the same weights were asked the same before')
    .option('--replay', 'give recorded answers alone; no model is looked for')
    .option('--from-run <id>', 'with --replay: of several models under the name, the one of this run');
}

/** Throws `usage` where flags about recorded answers do not go together; `command` is what has a page of help. */
export function refuseMixedChoices(command: string, { cache, replay, fromRun }: RecordedChoices): void {
  const wrong = (words: string) =>
    new Problem('usage', words, { hint: `See \`timelab ${command} --help\`.` });
  if (replay === true && cache === true)
    throw wrong('--replay asks no model at all, so --cache has no place beside it.');
  if (fromRun !== undefined && replay !== true) throw wrong('--from-run goes with --replay.');
  if (fromRun !== undefined && !/^[0-9a-f]{4,64}$/.test(fromRun))
    throw wrong(`${JSON.stringify(fromRun)} is not the id of a run, nor 4 or more of its first digits.`);
}

/** The flags about recorded answers as a record shows them. */
export function recordedWords({ cache, replay, fromRun }: RecordedChoices): string[] {
  return [
    ...(cache === true ? ['--cache'] : []),
    ...(replay === true ? ['--replay'] : []),
    ...(fromRun === undefined ? [] : ['--from-run', fromRun]),
  ];
}
