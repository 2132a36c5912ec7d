import { type AiCall, aiPlace, beginAi, Problem, parseModelName, requestsOf, specCopy } from '@timelab/core';
import type { Configure, Context, Outcome } from '../command.ts';
import { findLab } from '../effects/lab.ts';
import { offerRecorded, refuseMixedChoices } from '../recorded-choices.ts';
import { answerCall } from '../runs/ask-model.ts';
import { type AnswerChoices, lookForAnswer, planAnswer } from '../runs/asked-answer.ts';
import { beginRun, type KeptFile, keepInputs } from '../runs/begin-run.ts';
import { openAnswering } from '../runs/open-backend.ts';
import { visible } from '../visible.ts';

interface AiOptions extends AnswerChoices {
  readonly model?: string;
  readonly dryRun?: boolean;
  readonly show?: boolean;
}

export const configure: Configure = (command, act) => {
  const asking = command
    .description('Ask a language model what a spec asks, and keep the answer with the record of how it came.')
    .option('--spec <file>', 'the spec to run (kind llm)')
    .option('--model <name>', "ask this model instead of the spec's: ollama:NAME, llamacpp:NAME, openai:NAME")
    .option('--allow-net', 'let hosts other than this machine be reached')
    .option('--cold', 'unload the model before each answer, so that nothing is left of earlier requests');
  offerRecorded(asking)
    .option('--dry-run', 'say what would be asked, ask nothing, write nothing')
    .option('--show', 'show the answer on stderr as it comes')
    .option('--tz <zone>', 'record the start in this time zone too, such as Europe/Berlin')
    .addHelpText('after', '\nExample:\n  $ timelab ai --spec 2025/10/15/ai-team/specs/demo.json --show')
    .action(act(async (context, options: Partial<AiOptions>) => await ai(context, understood(options))));
};

/** Commander would name a missing --spec before it looked at `--spce`, which tells more. */
function understood(options: Partial<AiOptions>): AiOptions {
  const { spec } = options;
  if (spec === undefined)
    throw new Problem('usage', '`timelab ai` needs --spec FILE.', { hint: 'See `timelab ai --help`.' });
  refuseMixedChoices('ai', options);
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
  const { cold, cache, replay, fromRun } = options;
  const asking = { allowNet: call.allowNet, cold, cache, replay, fromRun, engine: call.request.params };
  const open = await openAnswering(context, lab, model, asking, () =>
    requestsOf(call).map((request) => [request]),
  );
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
