import type { Command, Option } from 'commander';
import { type Offered, offeredWords } from './offered-words.ts';
import { commands } from './registry.ts';
import type { World } from './world.ts';

/** What may stand in the last of the words, one candidate each; none where the shell's own file names fit best. */
export async function complete(
  world: World,
  program: Command,
  words: readonly string[],
): Promise<readonly string[]> {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const here = await descend(
    program,
    before.filter((word) => !word.startsWith('-')),
  );
  const asked = here.options.find((option) => takesValue(option) && option.long === before.at(-1));
  const kind = offeredFor(here, asked, before, last);
  if (kind !== undefined) return await offeredWords(world, labIn(before), kind, last);
  return candidates(here, asked, last).filter((candidate) => candidate.startsWith(last));
}

const valuesOf: Readonly<Record<string, Offered>> = { '--model': 'model', '--spec': 'spec', '--tag': 'tag' };
const argumentsOf: Readonly<Record<string, Offered>> = {
  run: 'run',
  runs: 'run',
  a: 'run',
  b: 'run',
  model: 'model',
};

/** What the lab is asked for the word, if it knows such words. */
function offeredFor(
  here: Command,
  asked: Option | undefined,
  before: readonly string[],
  last: string,
): Offered | undefined {
  if (asked !== undefined) return asked.argChoices === undefined ? valuesOf[asked.long ?? ''] : undefined;
  const args = here.registeredArguments;
  const place = operandsIn(here, before);
  const argument = args[place] ?? (args.at(-1)?.variadic === true ? args.at(-1) : undefined);
  // What can be pulled has not been run yet.
  if (last.startsWith('-') || argument === undefined || here.name() === 'pull') return undefined;
  return argumentsOf[argument.name()];
}

/** How many operands of the command stand before the word: neither flags nor their values. */
function operandsIn(here: Command, before: readonly string[]): number {
  const own = before.slice(before.lastIndexOf(here.name()) + 1);
  const flags = [here, here.parent].flatMap((one) => one?.options.filter(takesValue) ?? []);
  const isValue = (at: number) => flags.some(({ long }) => long === own[at - 1]);
  return own.filter((word, at) => !word.startsWith('-') && !isValue(at)).length;
}

/** The lab that the words before name, if they do: the last, as commander has it. */
function labIn(words: readonly string[]): string | undefined {
  const named = words.map((word, at) => (words[at - 1] === '--lab' ? word : labAfterSign(word)));
  return named.findLast((word) => word !== undefined);
}

const labAfterSign = (word: string) => (word.startsWith('--lab=') ? word.slice('--lab='.length) : undefined);

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
