import type { Command, Option } from 'commander';
import { commands } from './registry.ts';

/** What may stand in the last of the words, one candidate each; none where the shell's own file names fit best. */
export async function complete(program: Command, words: readonly string[]): Promise<string[]> {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const here = await descend(
    program,
    before.filter((word) => !word.startsWith('-')),
  );
  const asked = here.options.find((option) => takesValue(option) && option.long === before.at(-1));
  return candidates(here, asked, last).filter((candidate) => candidate.startsWith(last));
}

function candidates(here: Command, asked: Option | undefined, last: string): readonly string[] {
  if (asked !== undefined) return asked.argChoices ?? [];
  if (last.startsWith('-'))
    return [here, here.parent].flatMap((one) => one?.options.flatMap((option) => option.long ?? []) ?? []);
  if (here.commands.length > 0) return here.commands.map((command) => command.name());
  return here.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
}

/** The command that the words so far lead to, with its flags and arguments set up. */
async function descend(program: Command, words: readonly string[]): Promise<Command> {
  let here = program;
  for (const word of words) {
    const next = here.commands.find((command) => command.name() === word);
    if (next === undefined) continue;
    if (here === program) (await commands[word]?.load())?.configure(next, () => () => {});
    here = next;
  }
  return here;
}

const takesValue = (option: Option) => option.required || option.optional;
