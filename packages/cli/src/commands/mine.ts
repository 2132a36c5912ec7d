import { basename } from 'node:path';
import { fetchModes, miningFormats, Problem, runNameFrom } from '@timelab/core';
import { Option } from 'commander';
import type { Configure, Context, Outcome } from '../command.ts';
import { findLab } from '../effects/lab.ts';
import { flagNamed, flagWords, type MineFlags, miningSpecOf } from '../flagged-spec.ts';
import { offerRecorded, refuseMixedChoices } from '../recorded-choices.ts';
import { type AskedMining, askedByFlags, askedBySpec, type MiningChoices } from '../runs/asked-mining.ts';
import { mineHistory } from '../runs/mine-history.ts';

interface MineOptions extends MineFlags, MiningChoices {
  readonly spec?: string;
}

const examples = `
Examples:
  $ timelab mine --limit 20
  $ timelab mine --repo ../ripgrep --path crates/core --since 2025-01-01
  $ timelab mine --repo BurntSushi --name ripgrep --limit 5 --allow-net
  $ timelab mine --spec latest/ai-team/specs/history.json`;

export const configure: Configure = (command, act) => {
  const mining = command
    .description('Turn the history of a git repository into records, pages and patterns.')
    .option('--spec <file>', 'the spec to run (kind mining or extraction), in place of flags')
    .option(
      '--repo <repo>',
      'a folder, a URL, or with --name an account on GitHub (default: this repository)',
    )
    .option('--name <name>', 'the name of the repository on GitHub')
    .option('--limit <n>', 'at most so many commits, the newest (default: 100)')
    .option('--since <date>', 'only commits written at or after: YYYY-MM-DD or RFC 3339')
    .option('--until <date>', 'only commits written at or before')
    .option('--author <text>', "only commits with this in the author's name or address")
    .option('--branch <rev>', 'begin at this branch, tag or revision (default: HEAD)')
    .option('--path <path>', 'only commits that touch this file or folder')
    .option('--grep <regex>', 'only commits whose message fits (POSIX extended)')
    .addOption(choice('--format <format>', 'a folder for each commit, or a few packed files', miningFormats))
    .addOption(choice('--fetch-mode <mode>', 'how much of a remote repository is fetched', fetchModes))
    .option('--model <name>', 'have a model add a section in its own words to each commit');
  offerRecorded(mining)
    .option('--allow-net', 'let hosts other than this machine be reached')
    .option('--again', 'mine again, though a run of the same work is here')
    .option('--tz <zone>', 'record the start in this time zone too, such as Europe/Berlin')
    .addHelpText('after', examples)
    .action(act(async (context, options: MineOptions) => await mine(context, options)));
};

const choice = (flags: string, description: string, values: readonly string[]) =>
  new Option(flags, description).choices(values);

async function mine(context: Context, options: MineOptions): Promise<Outcome> {
  const lab = findLab(context);
  return await mineHistory(context, lab, await understand(context, lab.root, options));
}

async function understand(context: Context, labRoot: string, options: MineOptions): Promise<AskedMining> {
  const { spec: file, again = false, tz, allowNet = false, cache, replay, fromRun, ...flags } = options;
  refuseMixedChoices('mine', options);
  const choices = { again, allowNet, cache, replay, fromRun, ...(tz === undefined ? {} : { tz }) };
  if (file === undefined) {
    const flagged = miningSpecOf(context.world, labRoot, { ...flags, allowNet });
    const { repository } = flagged.spec.inputs;
    const place = repository.path === '.' ? labRoot : (repository.url ?? repository.path ?? '');
    const name = runNameFrom(`mine-${repository.name ?? basename(place, '.git')}`);
    return askedByFlags('mine', flagged, name, flagWords(flags, repository), choices);
  }
  const [other] = Object.keys(flags);
  if (other === undefined) return await askedBySpec(context, labRoot, 'mine', file, choices);
  throw new Problem('usage', `--spec says what is mined, and ${flagNamed(other)} would say it again.`, {
    hint: 'Change the spec, or leave --spec out.',
  });
}
