import type { AgentPage, Json, ProblemKind } from '@timelab/core';
import { Command, type Option } from 'commander';
import { commands } from './registry.ts';

type Described = AgentPage['run'][number];
/** A command as its own file describes it to commander: what else is known of it is not told there. */
export type DescribedCommand = Omit<Described, 'data' | 'errors'>;

/** Every command that does something, with what it takes, by the words that call it: those that help and completion read. */
export async function describeCommands(): Promise<DescribedCommand[]> {
  const described = await Promise.all(
    Object.entries(commands).map(async ([name, { load }]) => {
      const command = new Command(`timelab ${name}`);
      (await load()).configure(command, () => () => {});
      return command.commands.length === 0
        ? [describe(name, command)]
        : command.commands.map((own) => describe(`${name} ${own.name()}`, own));
    }),
  );
  return described.flat();
}

function describe(words: string, command: Command): DescribedCommand {
  return {
    command: words,
    what: command.description(),
    usage: `timelab ${words} ${command.usage()}`,
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      what: argument.description,
      required: argument.required,
      several: argument.variadic,
      ...(argument.argChoices === undefined ? {} : { choices: argument.argChoices }),
    })),
    flags: command.options.map(describeFlag),
  };
}

/** A flag as programs read it. */
export function describeFlag(option: Option): AgentPage['flags'][number] {
  const takesOne = option.required || option.optional;
  return {
    flag: option.long ?? option.flags,
    what: option.description,
    takes: option.variadic ? 'values' : takesOne ? 'value' : 'nothing',
    ...(option.argChoices === undefined ? {} : { choices: option.argChoices }),
    // What stands for "not given" is no default.
    ...(option.defaultValue === undefined || option.negate ? {} : { default: option.defaultValue as Json }),
  };
}

/** The kinds of failure that any command can end with. */
export const anyCommand: readonly ProblemKind[] = ['usage', 'interrupted', 'internal'];
