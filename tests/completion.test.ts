import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { binary, program, put, temporaryFolder } from './rig.ts';

const commands = [
  'ai',
  'check',
  'checkout',
  'completion',
  'day',
  'init',
  'mine',
  'model',
  'new',
  'repro',
  'summ',
  'sync',
  'verify',
];

/** What is typed, the word at its end still unfinished, and what a shell offers for that word. */
const typed: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['timelab ', commands],
  ['timelab s', ['summ', 'sync']],
  ['timelab c', ['check', 'checkout', 'completion']],
  ['timelab zzz', []],
  ['timelab mine --fo', ['--format']],
  ['timelab mine --format ', ['csv', 'folders', 'json']],
  ['timelab mine --fetch-mode f', ['full']],
  ['timelab summ --m', ['--model']],
  ['timelab repro --sh', ['--show']],
  ['timelab model ', ['list', 'pull', 'show']],
  ['timelab model l', ['list']],
  ['timelab completion ', ['bash', 'fish', 'zsh']],
  ['timelab new --kind ', ['analysis', 'extraction', 'llm', 'mining']],
  ['timelab new --kind m', ['mining']],
  ['timelab ai --dr', ['--dry-run']],
  ['timelab ai --s', ['--show', '--spec']],
  ['timelab day --q', ['--quiet']],
  ['timelab --j', ['--json']],
  ['timelab --json sy', ['sync']],
  ['timelab --lab somewhere sy', ['sync']],
];

/** A shell with timelab's completion loaded as `timelab completion` prints it, and a way to ask it. */
interface Shell {
  readonly name: string;
  /** A script that says what is offered for the line in $LINE, one a line. */
  readonly script: string;
}

const shells: readonly Shell[] = [
  {
    name: 'bash',
    script: `
      eval "$(timelab completion bash)"
      read -ra COMP_WORDS <<<"$LINE"
      [[ $LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      COMP_LINE=$LINE COMP_POINT=\${#LINE}
      function_of=$(complete -p timelab | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
      "$function_of" timelab "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  {
    name: 'zsh',
    // Outside its line editor zsh has no compadd: ours says what it is given. All else is zsh's own.
    script: `
      autoload -Uz compinit; compinit -u -D
      eval "$(timelab completion zsh)"
      compadd() { print -rl -- "\${(@P)@[-1]}" }
      _files() { :; }
      words=("\${(@s: :)LINE}")
      CURRENT=$#words
      "$_comps[timelab]"`,
  },
  {
    name: 'fish',
    script: `timelab completion fish | source; complete -C "$LINE" | string replace -r '\\t.*' ''`,
  },
];

async function offeredBy(shell: Shell, line: string): Promise<string[]> {
  const bin = await temporaryFolder();
  await symlink(binary, join(bin, 'timelab'));
  await put(bin, 'work/spec.json', '{}');
  const env = { LINE: line, PATH: `${bin}:${process.env['PATH']}`, HOME: bin };
  const { stdout } = await program(shell.name, ['-c', shell.script], { cwd: join(bin, 'work'), env });
  return stdout
    .split('\n')
    .filter((word) => word !== '' && word !== 'spec.json')
    .sort();
}

describe.each(shells)('in $name', (shell) => {
  test.for(typed)('%s is completed', async ([line, offered], context) => {
    const found = await program('sh', ['-c', `command -v ${shell.name}`], { cwd: '/' });
    if (found.code !== 0) context.skip(`no ${shell.name}: apt-get install ${shell.name}`);
    expect(await offeredBy(shell, line)).toEqual(offered);
  });
});
