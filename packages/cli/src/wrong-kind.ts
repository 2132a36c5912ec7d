import { Problem, type SpecKind } from '@timelab/core';

/** The command that runs each kind of spec. */
export const commandOf: Readonly<Record<SpecKind, string>> = {
  llm: 'ai',
  mining: 'mine',
  extraction: 'mine',
  analysis: 'summ',
};

/** The failure of a command that was given a spec which another one runs. */
export function wrongKind(command: string, file: string, kind: SpecKind): Problem {
  const taken = Object.entries(commandOf).filter(([, name]) => name === command);
  const kinds = taken.map(([one]) => JSON.stringify(one)).join(' and ');
  return new Problem(
    'spec_invalid',
    `${file} is of kind ${JSON.stringify(kind)}; \`timelab ${command}\` runs ${kinds}.`,
    {
      hint: `\`timelab ${commandOf[kind]} --spec ${file}\` runs it.`,
      faults: [
        { pointer: '/kind', reason: `is ${JSON.stringify(kind)}, which \`timelab ${commandOf[kind]}\` runs` },
      ],
    },
  );
}
