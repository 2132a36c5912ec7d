import { type AgentPage, type Json, type ProblemKind, planAgentPage } from '@timelab/core';
import { type Command, Option } from 'commander';
import pkg from '../../package.json' with { type: 'json' };
import type { Configure, Context, Outcome } from '../command.ts';
import { anyCommand, describeCommands, describeFlag } from '../describe-commands.ts';
import { backendOptions } from '../effects/backend-options.ts';
import { inputLimits } from '../effects/inputs.ts';
import kindsByFile from '../error-kinds.json' with { type: 'json' };
import { schemas } from '../published-schemas.ts';

interface AgentOptions {
  readonly schema?: string;
}

export const configure: Configure = (command, act) => {
  command
    .description('Print, as one page of JSON, what an agent may write, read and run in a lab.')
    .addOption(new Option('--schema <file>', 'print this schema instead').choices(Object.keys(schemas)))
    .addHelpText('after', '\nExamples:\n  $ timelab agent\n  $ timelab agent --schema run.schema.json')
    .action(act(async (context, options: AgentOptions) => await agent(context, command, options)));
};

async function agent(context: Context, command: Command, { schema: file }: AgentOptions): Promise<Outcome> {
  if (file !== undefined) {
    const schema = schemas[file] as Json;
    return { data: { file, schema }, text: `${JSON.stringify(schema, null, 2)}\n` };
  }
  const page = await pageFor(context, command.parent?.options ?? []);
  return { data: page, text: pageText(page) };
}

async function pageFor({ world }: Context, options: readonly Option[]): Promise<AgentPage> {
  const { idleTimeoutMs } = backendOptions(world, false, new Set());
  const commands = (await describeCommands()).map((one) => ({
    ...one,
    data: `data.schema.json#/properties/${one.command}`,
    errors: [...anyCommand, ...kindsOf(one.command)],
  }));
  return planAgentPage({
    version: pkg.version,
    flags: options.map(describeFlag),
    commands,
    limits: { ...inputLimits, model_silence_seconds: Math.ceil((idleTimeoutMs ?? 0) / 1000) },
    schemas,
  });
}

/** What can go wrong in a command, by the file it is in. */
function kindsOf(command: string): ProblemKind[] {
  const kinds: Readonly<Record<string, string>> = kindsByFile;
  const words = kinds[command.split(' ')[0] ?? ''] ?? '';
  return words.split(' ').filter(Boolean) as ProblemKind[];
}

/** One object, whose lists have an entry a line: fit for people who search it, and half as long as JSON laid out in full. */
function pageText(page: AgentPage): string {
  const parts = Object.entries(page).map(([key, value]) => `  ${JSON.stringify(key)}: ${partText(value)}`);
  return `{\n${parts.join(',\n')}\n}\n`;
}

function partText(value: AgentPage[keyof AgentPage]): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  const isList = Array.isArray(value);
  const entries = Object.entries(value).map(([key, one]) => {
    return isList ? `    ${JSON.stringify(one)}` : `    ${JSON.stringify(key)}: ${JSON.stringify(one)}`;
  });
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${entries.join(',\n')}\n  ${close}`;
}
