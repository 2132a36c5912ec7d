import {
  earnedDeterminism,
  formatProbe,
  type Json,
  type ModelName,
  type ProbeRecord,
  Problem,
  parseModelName,
  planProbe,
  probedModel,
  sha256,
  shownModelName,
} from '@timelab/core';
import { createBackend, knownAnswers } from '@timelab/models';
import type { Configure, Context, Outcome } from '../command.ts';
import { backendOptions } from '../effects/backend-options.ts';
import { askPrompts } from '../effects/probing/ask-prompts.ts';
import { makeRuns } from '../effects/probing/make-runs.ts';
import { openShelf } from '../effects/probing/probe-shelf.ts';
import { visible } from '../visible.ts';

interface ProbeOptions {
  readonly runs?: number;
  readonly once?: boolean;
  readonly threads?: number;
  readonly allowNet?: boolean;
}

/** How many cold runs are made where nobody says otherwise, and at most. */
const USUAL_RUNS = 3;
const MOST_RUNS = 50;

export const configure: Configure = (command, act) => {
  command
    .description(
      'Find out whether a model answers the same again, bit for bit, on this machine, and keep what was found.',
    )
    .argument('<model>', 'its name, such as llamacpp:smollm2 or ollama:qwen2.5:7b')
    .option('--runs <k>', `how many cold runs are compared (default: ${USUAL_RUNS})`, count(2, MOST_RUNS))
    .option('--once', 'make one run, print it whole and keep nothing: to compare machines')
    .option('--threads <n>', 'with --once: with so many threads', count(1, 256))
    .option('--allow-net', 'let a model server that is not this machine be asked')
    .addHelpText('after', '\nExample:\n  $ timelab probe llamacpp:smollm2 --once')
    .action(act(async (context, name: string, options: ProbeOptions) => await probe(context, name, options)));
};

function count(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new Problem('usage', `${JSON.stringify(text)} is not a number from ${least} to ${most}.`, {
      hint: 'See `timelab probe --help`.',
    });
  };
}

async function probe(context: Context, text: string, options: ProbeOptions): Promise<Outcome> {
  const name = parseModelName(text);
  if (name.backend === 'openai') throw nameless(name);
  if (options.once === true) return await once(context, name, options);
  if (options.threads !== undefined)
    throw new Problem(
      'usage',
      '--threads goes with --once: a whole probe tries numbers of threads by itself.',
    );
  const keep = await openShelf(context.world);
  const { allowNet = false, runs: cold = USUAL_RUNS } = options;
  const [first, ...others] = await makeRuns(context, name, { model: text, allowNet, cold });
  const record = planProbe(
    first.name,
    first.model,
    context.world.now(),
    [first, ...others].map(({ run }) => run),
    knownAnswers(first.model),
  );
  return told(record, await keep(record));
}

function nameless(name: ModelName): Problem {
  return new Problem(
    'digest_missing',
    `Nobody tells the weights of ${shownModelName(name)}, so nothing that is found of it holds later.`,
    {
      hint: 'Probe ollama:NAME or llamacpp:NAME, whose weights have a digest.',
    },
  );
}

/** One run in this process: what a whole probe is made of. */
async function once({ world }: Context, name: ModelName, options: ProbeOptions): Promise<Outcome> {
  const reach = backendOptions(world, options.allowNet === true, new Set());
  const cold = await createBackend(name, { ...reach, cold: true });
  const warm = await createBackend(name, reach);
  try {
    const described = await cold.describe(world.signal);
    const model = probedModel(described);
    const run = await askPrompts(
      { cold, warm: name.backend === 'ollama' ? warm : cold },
      options.threads,
      world.signal,
    );
    await cold.confirm(described, world.signal);
    const data = plain({ name: shownModelName(name), model, run });
    return { data, text: `${visible(JSON.stringify(data, null, 2))}\n` };
  } finally {
    await Promise.all([cold.close(), warm.close()]);
  }
}

function told(record: ProbeRecord, path: string): Outcome {
  const { model, first_difference } = record;
  const { tier, reasons, probe } = earnedDeterminism(
    { tier: 'T2', reasons: [] },
    { record, sha256: sha256(formatProbe(record)) },
  );
  const data = plain({ name: record.name, model, tier, reasons, probe, first_difference, record: path });
  const { name, release = '', cpu = '' } = model.engine;
  const parts =
    first_difference === undefined ? [] : [`first difference: ${JSON.stringify(first_difference)}`];
  const lines = [
    `${record.name}: ${tier}`,
    `digest: ${model.hash}`,
    `engine: ${[name, release, cpu].join(' ').trim()}`,
  ];
  const text = [...lines, ...reasons, ...parts, `record: ${path}`]
    .map((line) => `${visible(line)}\n`)
    .join('');
  return { artifacts: [path], data, text };
}

const plain = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, Json>;
