import { Argument } from 'commander';
import type { Configure } from '../command.ts';

export const configure: Configure = (command, act) => {
  command
    .description('Print the script that completes timelab in a shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .addHelpText('after', '\nExample:\n  $ timelab completion bash >> ~/.bashrc')
    .action(act(async (_, shell: string) => offer(shell, scripts[shell] ?? '')));
};

const offer = (shell: string, script: string) => ({ text: script, data: { shell, script } });

/** Each script asks timelab itself what may come next, and leaves file names to the shell. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_timelab() {
  local word line=\${COMP_LINE:0:COMP_POINT}
  local -a words
  read -ra words <<<"$line"
  [[ $line == *' ' ]] && words+=('')
  local typed=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS= read -r word; do
    # Readline puts what follows the last colon of a word in its place, not the whole.
    [[ $COMP_WORDBREAKS == *:* && $typed == *:* ]] && word=\${word#"\${typed%:*}:"}
    COMPREPLY+=("$word")
  done < <(timelab __complete "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _timelab timelab
`,
  zsh: `#compdef timelab
_timelab() {
  local -a candidates
  candidates=("\${(@f)$(timelab __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n \${candidates[1]} ]]; then compadd -a candidates; else _files; fi
}
compdef _timelab timelab
`,
  fish: `complete -c timelab -a '(timelab __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};
