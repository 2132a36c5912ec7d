import { basename, resolve } from 'node:path';
import {
  type AiCall,
  aiPlace,
  beginAi,
  localTime,
  type ModelName,
  modelRequest,
  Problem,
  parseModelName,
  requireSpec,
  runNameFrom,
  sha256,
  shellWords,
  shownModelName,
  specCopy,
} from '@timelab/core';
import { claimRun, identifySelf, settle } from '@timelab/store';
import { answerCall, openBackend } from '../ask-model.ts';
import type { Configure, Context, Outcome } from '../command.ts';
import { readEnvironment } from '../effects/environment.ts';
import { readFlake } from '../effects/flake.ts';
import { patchPath, readCode } from '../effects/git.ts';
import { readInputFiles, readSpecFile, shownSpecPath } from '../effects/inputs.ts';
import { findLab } from '../effects/lab.ts';
import { visible } from '../visible.ts';
import { wrongKind } from '../wrong-kind.ts';

interface AiOptions {
  readonly spec: string;
  readonly model?: string;
  readonly allowNet?: boolean;
  readonly dryRun?: boolean;
  readonly show?: boolean;
  readonly tz?: string;
}

export const configure: Configure = (command, act) => {
  command
    .description('Ask a language model what a spec asks, and keep the answer with the record of how it came.')
    .option('--spec <file>', 'the spec to run (kind llm)')
    .option('--model <name>', "ask this model instead of the spec's: ollama:NAME, llamacpp:NAME, openai:NAME")
    .option('--allow-net', 'let hosts other than this machine be reached')
    .option('--dry-run', 'say what would be asked, ask nothing, write nothing')
    .option('--show', 'show the answer on stderr as it comes')
    .option('--tz <zone>', 'record the start in this time zone too, such as Europe/Berlin')
    .addHelpText('after', '\nExample:\n  $ timelab ai --spec 2025/10/15/ai-team/specs/demo.json --show')
    .action(act(async (context, options: Partial<AiOptions>) => await ai(context, withSpec(options))));
};

/** Commander would name a missing --spec before it looked at `--spce`, which tells more. */
function withSpec(options: Partial<AiOptions>): AiOptions {
  const { spec } = options;
  if (spec !== undefined) return { ...options, spec };
  throw new Problem('usage', '`timelab ai` needs --spec FILE.', { hint: 'See `timelab ai --help`.' });
}

async function ai(context: Context, options: AiOptions): Promise<Outcome> {
  const { world, global } = context;
  const asked = options.model === undefined ? undefined : parseModelName(options.model);
  const lab = findLab(context);
  const looked = await look(context, options, lab.root);
  const call = planCall(context, options, looked, asked);
  if (options.dryRun === true) return dryRun(call);
  const model = asked ?? parseModelName(looked.spec.config.model);
  const backend = await openBackend(context, model, call.allowNet);
  await settle(lab, identifySelf());
  const draft = (start: Date) => ({ section: aiPlace, manifest: beginAi(call, start) });
  const run = await claimRun(lab, draft, world, identifySelf());
  await run.add(specCopy, looked.specFile.bytes);
  for (const file of looked.files) await run.add(file.path, file.data);
  if (looked.code.patch !== undefined) await run.add(patchPath, looked.code.patch);
  const show = options.show === true || (looked.spec.config.stream && global.quiet !== true);
  return await answerCall(context, call, run, backend, show);
}

/** Reads everything that the run is made of, before anything is written. */
async function look({ world }: Context, options: AiOptions, root: string) {
  const specFile = await readSpecFile(resolve(world.cwd, options.spec), options.spec);
  const spec = requireSpec(specFile.bytes, options.spec);
  if (spec.kind !== 'llm') throw wrongKind('ai', options.spec, spec.kind);
  if (spec.validation.json_schema !== undefined) {
    // Loaded only where it is wanted: the validator is the largest part of the program.
    const { compileSchema } = await import('../effects/schema-check.ts');
    compileSchema(spec.validation.json_schema);
  }
  const [files, code, environment, flake] = await Promise.all([
    readInputFiles(spec.inputs.files, specFile.path, root),
    readCode(world, root),
    readEnvironment(world, root),
    readFlake(world),
  ]);
  return { root, spec, specFile, files, code, environment, flake };
}

type Looked = Awaited<ReturnType<typeof look>>;

function planCall(
  { world }: Context,
  options: AiOptions,
  looked: Looked,
  asked: ModelName | undefined,
): AiCall {
  const { spec, specFile, files, code, environment, flake, root } = looked;
  const specPath = shownSpecPath(root, specFile.path);
  const model = shownModelName(asked ?? parseModelName(spec.config.model));
  const { tz } = options;
  return {
    spec,
    name: spec.name ?? runNameFrom(basename(specFile.path)),
    specPath,
    specHash: sha256(specFile.bytes),
    cmd: commandLine(specPath, options, asked),
    model,
    request: modelRequest(
      spec,
      files.map((file) => file.quoted),
    ),
    inputs: [
      {
        path: specCopy,
        source: specPath,
        bytes: specFile.bytes.length,
        sha256: sha256(specFile.bytes),
      },
      ...files.map(({ path, source, bytes, sha256: digest }) => ({ path, source, bytes, sha256: digest })),
    ],
    code: code.state,
    environment,
    ...(flake === undefined ? {} : { flake }),
    allowNet: spec.allow_net || options.allowNet === true,
    clockSet: world.clockSet,
    ...(tz === undefined ? {} : { localTime: (start: Date) => localTime(start, tz) }),
  };
}

function commandLine(specPath: string, options: AiOptions, asked: ModelName | undefined): string {
  const words = ['timelab', 'ai', '--spec', specPath];
  if (asked !== undefined) words.push('--model', shownModelName(asked));
  if (options.allowNet === true) words.push('--allow-net');
  if (options.tz !== undefined) words.push('--tz', options.tz);
  return shellWords(words);
}

function dryRun(call: AiCall): Outcome {
  const { name, model, request, allowNet, cmd } = call;
  const inputs = call.inputs.map((input) => ({ ...input }));
  const data = JSON.parse(JSON.stringify({ name, cmd, model, allow_net: allowNet, request, inputs }));
  return { data, text: `${visible(JSON.stringify(data, null, 2))}\n` };
}
