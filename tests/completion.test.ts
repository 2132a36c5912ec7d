import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { commands } from './commands.ts';
import { commitAll, labOnce } from './lab-once.ts';
import { binary, llmSpec, program, put, temporaryFolder, timelab } from './rig.ts';
import { onlyRun } from './runs.ts';

/** What is typed, the word at its end still unfinished, and what a shell offers for that word. */
const typed: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['timelab ', commands.toSorted()],
  ['timelab s', ['show', 'summ', 'sync']],
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
  /** A script that loads what $COMPLETION holds, and says what is offered for the line in $LINE, one a line. */
  readonly script: string;
}

const shells: readonly Shell[] = [
  {
    name: 'bash',
    script: `
      eval "$COMPLETION"
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
      eval "$COMPLETION"
      compadd() { print -rl -- "\${(@P)@[-1]}" }
      _files() { :; }
      words=("\${(@s: :)LINE}")
      CURRENT=$#words
      "$_comps[timelab]"`,
  },
  {
    name: 'fish',
    script: `echo "$COMPLETION" | source; complete -C "$LINE" | string replace -r '\\t.*' ''`,
  },
];

/** What `timelab completion` prints for each shell, printed once. */
const printed = new Map<string, Promise<string>>();

async function completionOf({ name }: Shell): Promise<string> {
  const own = printed.get(name) ?? timelab(['completion', name], { cwd: '/' }).then(({ stdout }) => stdout);
  printed.set(name, own);
  return await own;
}

/** What timelab has a shell offer for a line in a folder, or in one that is no lab. */
async function offeredBy(shell: Shell, line: string, folder?: string): Promise<string[]> {
  const bin = await temporaryFolder();
  await symlink(binary, join(bin, 'timelab'));
  await put(bin, 'work/spec.json', '{}');
  const cwd = folder ?? join(bin, 'work');
  const env = {
    LINE: line,
    COMPLETION: await completionOf(shell),
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: bin,
  };
  const { stdout } = await program(shell.name, ['-c', shell.script], { cwd, env });
  // Shells offer folders and files of their own, fish always, others where timelab knows nothing.
  const entries = await readdir(cwd, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return stdout
    .split('\n')
    .filter((word) => word !== '' && !word.endsWith('/') && !files.includes(word))
    .sort();
}

async function need(shell: Shell, context: TestContext): Promise<void> {
  const found = await program('sh', ['-c', `command -v ${shell.name}`], { cwd: '/' });
  if (found.code !== 0) context.skip(`no ${shell.name}: apt-get install ${shell.name}`);
}

const day = '2031/02/03';
const specs = `${day}/ai-team/specs`;

/** A lab whose tags, names and specs would run programs in a shell that expands what it is offered. */
const labOfRuns = labOnce(async (lab, ask) => {
  const tags = ['sample', '$(touch pwned)', '`touch pwned`', '-rf', 'a tag'];
  for (const name of ['first', '$(touch pwned)']) {
    await put(lab, `${specs}/${name}.json`, llmSpec({ config: { model: 'ollama:m' }, tags }));
  }
  await commitAll(lab, 'a lab');
  await ask(`${specs}/first.json`, '2031-02-03T10:00:00.000Z');
});

/** What is typed in that lab; ids are the run's own. */
const typedInLab: readonly (readonly [line: string, offered: (id: string) => readonly string[]])[] = [
  ['timelab show ', (id) => [id, 'latest', 'latest~1']],
  ['timelab diff latest l', () => ['latest', 'latest~1']],
  ['timelab show zz', () => []],
  ['timelab ls --tag ', () => ['sample']],
  ['timelab ls --model oll', () => ['ollama:m']],
  [`timelab ai --spec ${specs}/f`, () => [`${specs}/first.json`]],
  ['timelab ls --changed-by en', () => ['engine', 'environment']],
];

describe.each(shells)('in $name', (shell) => {
  test.for(typed)('%s is completed', async ([line, offered], context) => {
    await need(shell, context);
    expect(await offeredBy(shell, line)).toEqual(offered);
  });

  test.for(typedInLab)('%s is completed from what is in the lab', async ([line, offered], context) => {
    await need(shell, context);
    const lab = await labOfRuns();
    const { manifest } = await onlyRun(lab);
    expect(await offeredBy(shell, line, lab)).toEqual([...offered(manifest.run_id.slice(0, 8))].sort());
    expect(await readdir(lab)).not.toContain('pwned');
  });

  test('an id is completed to as many digits as were typed, if more than usual', async (context) => {
    await need(shell, context);
    const lab = await labOfRuns();
    const { manifest } = await onlyRun(lab);
    const typedId = manifest.run_id.slice(0, 20);
    expect(await offeredBy(shell, `timelab show ${typedId}`, lab)).toEqual([typedId]);
    expect(await offeredBy(shell, `timelab --lab ${lab} show ${typedId.slice(0, 5)}`)).toEqual([
      typedId.slice(0, 8),
    ]);
  });
});

test('in bash what follows the last colon of a word is offered, since that is what readline replaces', async (context) => {
  const [bash = shells[0] as Shell] = shells;
  await need(bash, context);
  expect(await offeredBy(bash, 'timelab ls --model ollama:', await labOfRuns())).toEqual(['m']);
});

test.each([
  [['show', 'latest', ''], ''],
  [['show', '--quiet', 'l'], 'latest\nlatest~1\n'],
  [['diff', 'latest', 'latest', 'l'], ''],
  [['checkout', 'latest', 'l'], ''],
  [['verify', 'latest', 'l'], 'latest\nlatest~1\n'],
  [['repro', 'l'], 'latest\nlatest~1\n'],
  [['model', 'show', 'oll'], 'ollama:m\n'],
  [['model', 'pull', 'oll'], ''],
])('%j is offered what fits that place', async (words, offered) => {
  const ran = await timelab(['__complete', ...words], { cwd: await labOfRuns() });
  expect(ran).toMatchObject({ code: 0, stdout: offered });
});

test.each([
  ['--lab', (lab: string) => ['--lab', lab]],
  ['--lab=', (lab: string) => [`--lab=${lab}`]],
  ['the last of two', (lab: string) => ['--lab', '/nowhere', `--lab=${lab}`]],
])('the lab is the one that is named: by %s', async (_, flags) => {
  const words = ['__complete', ...flags(await labOfRuns()), 'show', 'l'];
  const ran = await timelab(words, { cwd: await temporaryFolder() });
  expect(ran).toMatchObject({ code: 0, stdout: 'latest\nlatest~1\n' });
});

test('a lab that cannot be read offers nothing, and says nothing', async () => {
  const lab = await labOfRuns();
  await rm(join(lab, 'runs.csv'));
  await mkdir(join(lab, 'runs.csv'));
  const ran = await timelab(['__complete', 'show', ''], { cwd: lab });
  expect(ran).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
});
