import { type AiCall, aiPlace, beginAi, Problem, parseModelName, specCopy } from '@timelab/core';
import type { Configure, Context, Outcome } from '../command.ts';
import { findLab } from '../effects/lab.ts';
import { answerCall, openBackend, openReplay } from '../runs/ask-model.ts';
import { type AnswerChoices, lookForAnswer, planAnswer } from '../runs/asked-answer.ts';
import { beginRun, type KeptFile, keepInputs } from '../runs/begin-run.ts';
import { visible } from '../visible.ts';

interface AiOptions extends AnswerChoices {
  readonly model?: string;
  readonly dryRun?: boolean;
  readonly show?: boolean;
}

export const configure: Configure = (command, act) => {
  command
    .description('Ask a language model what a spec asks, and keep the answer with the record of how it came.')
    .option('--spec <file>', 'the spec to run (kind llm)')
    .option('--model <name>', "ask this model instead of the spec's: ollama:NAME, llamacpp:NAME, openai:NAME")
    .option('--allow-net', 'let hosts other than this machine be reached')
    .option('--cold', 'unload the model before each answer, so that nothing is left of earlier requests')
    .option('--cache', 'give the recorded answer where the same weights were asked the same before')
    .option('--replay', 'give recorded answers alone; no model is looked for')
    .option('--from-run <id>', 'with --replay: of several models under the name, the one of this run')
    .option('--dry-run', 'say what would be asked, ask nothing, write nothing')
    .option('--show', 'show the answer on stderr as it comes')
    .option('--tz <zone>', 'record the start in this time zone too, such as Europe/Berlin')
    .addHelpText('after', '\nExample:\n  $ timelab ai --spec 2025/10/15/ai-team/specs/demo.json --show')
    .action(act(async (context, options: Partial<AiOptions>) => await ai(context, understood(options))));
};

/** Commander would name a missing --spec before it looked at `--spce`, which tells more. */
function understood(options: Partial<AiOptions>): AiOptions {
  const { spec, cache, replay, fromRun } = options;
  const wrong = (words: string) => new Problem('usage', words, { hint: 'See `timelab ai --help`.' });
  if (spec === undefined) throw wrong('`timelab ai` needs --spec FILE.');
  if (replay === true && cache === true)
    throw wrong('--replay asks no model at all, so --cache has no place beside it.');
  if (fromRun !== undefined && replay !== true) throw wrong('--from-run goes with --replay.');
  if (fromRun !== undefined && !/^[0-9a-f]{4,64}$/.test(fromRun))
    throw wrong(`${JSON.stringify(fromRun)} is not the id of a run, nor 4 or more of its first digits.`);
  return { ...options, spec };
}

async function ai(context: Context, options: AiOptions): Promise<Outcome> {
  const { world, global } = context;
  const asked = options.model === undefined ? undefined : parseModelName(options.model);
  const lab = findLab(context);
  const looked = await lookForAnswer(context, options, lab);
  const call = planAnswer(context, options, looked, asked);
  if (options.dryRun === true) return dryRun(call);
  const model = asked ?? parseModelName(looked.spec.config.model);
  const { cold, cache: reuse } = options;
  const open =
    options.replay === true
      ? await openReplay(context, lab, model, call, options)
      : await openBackend(context, model, call.allowNet, { cold, reuse, engine: call.request.params });
  const run = await beginRun(world, lab, aiPlace, (start) => beginAi(call, start));
  const files = looked.files.map(({ path, data }): KeptFile => [path, data]);
  await keepInputs(run, [[specCopy, looked.specFile.bytes], ...files], looked.code.patch);
  const show = options.show === true || (looked.spec.config.stream && global.quiet !== true);
  return await answerCall(context, call, run, open, show);
}

function dryRun(call: AiCall): Outcome {
  const { name, model, request, allowNet, cmd } = call;
  const { repeat } = call.spec.config;
  const inputs = call.inputs.map((input) => ({ ...input }));
  const data = JSON.parse(JSON.stringify({ name, cmd, model, allow_net: allowNet, repeat, request, inputs }));
  return { data, text: `${visible(JSON.stringify(data, null, 2))}\n` };
}
