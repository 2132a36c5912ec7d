import { nearest, Problem } from '@timelab/core';
import type { Command } from 'commander';

/**
 * Turns the `key=value` words that `just` passes on into flags and operands of a command: `spec=a b.json` is
 * `--spec=a b.json`. A key that the command does not know is refused, unless the word may be a file's name.
 */
export function fromJust(command: Command, words: readonly string[]): string[] {
  return words.map((word, at) => {
    const [, key, value = ''] = /^([a-z][a-z-]*)=(.*)$/s.exec(word) ?? [];
    if (key === undefined || isValue(command, words[at - 1])) return word;
    if (flagsOf(command).some((option) => option.long === `--${key}`)) return `--${key}=${value}`;
    if (command.registeredArguments.some((argument) => names(argument.name(), key))) return value;
    if (command.registeredArguments.some((argument) => argument.variadic)) return word;
    throw unknownKey(command, key);
  });
}

// `--spec model=x.json` names a file.
function isValue(command: Command, before: string | undefined): boolean {
  return flagsOf(command).some((option) => option.long === before && option.required);
}

const flagsOf = (command: Command) => [...command.options, ...(command.parent?.options ?? [])];

// `check FILES…` takes one as `files=` or `file=`.
const names = (argument: string, key: string) => argument === key || argument === `${key}s`;

function unknownKey(command: Command, key: string): Problem {
  const keys = [
    ...command.registeredArguments.map((argument) => argument.name()),
    ...flagsOf(command).flatMap((option) => (option.required ? (option.long?.slice(2) ?? []) : [])),
  ];
  const near = nearest(key, keys);
  const meant = near === undefined ? '' : ` Did you mean ${near}=?`;
  return new Problem('usage', `\`timelab ${command.name()}\` takes no ${key}=.${meant}`, {
    hint: `It takes ${keys.map((one) => `${one}=`).join(' ')}, and the flags of \`timelab ${command.name()} --help\`.`,
  });
}
