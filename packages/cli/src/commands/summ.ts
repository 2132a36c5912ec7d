import { Problem } from '@timelab/core';
import type { Configure, Context, Outcome } from '../command.ts';
import { findLab } from '../effects/lab.ts';
import { analysisSpecOf, flagWords, type MineFlags } from '../flagged-spec.ts';
import { offerRecorded, refuseMixedChoices } from '../recorded-choices.ts';
import { type AskedMining, askedByFlags, askedBySpec, type MiningChoices } from '../runs/asked-mining.ts';
import { mineHistory } from '../runs/mine-history.ts';

interface SummOptions extends Pick<MineFlags, 'repo' | 'model'>, Omit<MiningChoices, 'again'> {
  readonly spec?: string;
}

const examples = `
Examples:
  $ timelab summ HEAD
  $ timelab summ 1a2b3c4d --repo ../ripgrep
  $ timelab summ v1.2.0 --model llamacpp:smollm2`;

export const configure: Configure = (command, act) => {
  const summing = command
    .description('Summarise one commit: what it changed, where, by whom; with a model, in its words too.')
    .argument('[sha]', 'the commit: an id, enough of its first digits, or any revision')
    .option('--repo <repo>', 'the folder or URL of the repository (default: this one)')
    .option('--model <name>', 'have a model add a section in its own words')
    .option('--spec <file>', 'the spec to run (kind analysis), in place of a commit and flags');
  offerRecorded(summing)
    .option('--allow-net', 'let hosts other than this machine be reached')
    .option('--tz <zone>', 'record the start in this time zone too, such as Europe/Berlin')
    .addHelpText('after', examples)
    .action(
      act(
        async (context, sha: string | undefined, options: SummOptions) => await summ(context, sha, options),
      ),
    );
};

async function summ(context: Context, sha: string | undefined, options: SummOptions): Promise<Outcome> {
  const lab = findLab(context);
  return await mineHistory(context, lab, await understand(context, lab.root, sha, options));
}

async function understand(
  context: Context,
  labRoot: string,
  sha: string | undefined,
  options: SummOptions,
): Promise<AskedMining> {
  const { spec: file, tz, allowNet = false, cache, replay, fromRun, ...flags } = options;
  refuseMixedChoices('summ', options);
  const choices = { allowNet, cache, replay, fromRun, ...(tz === undefined ? {} : { tz }) };
  if (file === undefined && sha !== undefined) {
    const flagged = analysisSpecOf(context.world, labRoot, sha, { ...flags, allowNet });
    const shown = flagWords(flags, flagged.spec.inputs.repository ?? {});
    return askedByFlags('summ', flagged, undefined, [sha, ...shown], choices);
  }
  if (file !== undefined && sha === undefined && Object.keys(flags).length === 0)
    return await askedBySpec(context, labRoot, 'summ', file, choices);
  const message =
    file === undefined
      ? '`timelab summ` needs a commit.'
      : '--spec names the commit and all else; nothing may say it again.';
  throw new Problem('usage', message, { hint: 'See `timelab summ --help`.' });
}
