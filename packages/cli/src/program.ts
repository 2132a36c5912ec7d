import { Command, CommanderError } from 'commander';
import pkg from '../package.json' with { type: 'json' };
import type { Act, Context, GlobalOptions, Outcome } from './command.ts';
import { commands } from './registry.ts';
import type { World } from './world.ts';

const footer = `
Examples:
  $ timelab init my-lab && cd my-lab
  $ timelab new first-question
  $ timelab ai --spec latest/ai-team/specs/first-question.json

Exit codes: 0 done, 64 wrong call, 65 bad data, 70 anything else.`;

/** Runs one command line; gives the exit code. */
export async function runProgram(world: World): Promise<number> {
  const program = buildProgram(world);
  const [first, ...rest] = world.argv;
  if (first === '__complete') return await printCandidates(world, program, rest);
  return await call(world, program, first === undefined ? ['--help'] : helpCall(world.argv));
}

/** A call with `help WORDS` turned to `WORDS --help`; help of a command that is not there is no help. */
function helpCall(argv: readonly string[]): readonly string[] {
  const name = commandIn(argv);
  if (name === 'help') return helpCall([...argv.filter((word) => word !== 'help'), '--help']);
  const unknown = name !== undefined && !Object.hasOwn(commands, name);
  return unknown ? argv.filter((word) => word !== '--help' && word !== '-h') : argv;
}

/** All subcommands by name and summary; what is in their files comes when they are called. */
function buildProgram(world: World): Command {
  const program = new Command('timelab')
    .description('A laboratory notebook that runs: specs in, answers and a checkable record out.')
    .version(pkg.version, '-V, --version', 'print the version')
    .option('--lab <dir>', 'the lab to work in (default: the git repository above the working folder)')
    .option('--json', 'print one JSON object instead of paths')
    .option('--quiet', 'say nothing on stderr but problems')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', footer)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      // What commander would say of a wrong call is said once, in timelab's own form.
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(world.stdout.columns, 100),
    });
  for (const [name, { summary }] of Object.entries(commands)) program.command(name).summary(summary);
  return program;
}

async function call(world: World, program: Command, argv: readonly string[]): Promise<number> {
  // Help and version need nothing but what is here, and are asked for most.
  let work: Promise<Outcome> | undefined;
  let context: Context | undefined;
  try {
    const words = await prepare(world, program, argv, (begun, its) => {
      work = awaitedLater(begun);
      context = its;
    });
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    work = awaitedLater(Promise.reject(error));
  }
  const { conclude, openContext } = await import('./conclude.ts');
  // The command's own report, if it has one, knows what stands on the terminal's last line.
  context ??= openContext(world, globalsOf(program, argv));
  return await conclude(context, commandIn(argv) ?? '', work ?? Promise.resolve({}));
}

/** The same; until it is awaited, Node would take its failure for one that nobody handles. */
function awaitedLater(work: Promise<Outcome>): Promise<Outcome> {
  work.catch(() => {});
  return work;
}

/** Sets up the subcommand that is called, and gives the words as it takes them. */
async function prepare(
  world: World,
  program: Command,
  argv: readonly string[],
  begin: (work: Promise<Outcome>, context: Context) => void,
): Promise<readonly string[]> {
  const name = commandIn(argv);
  const entry = commands[name ?? ''];
  const command = program.commands.find((one) => one.name() === name);
  if (entry === undefined || command === undefined) return argv;
  const [{ configure }, { openContext }, { fromJust }, { requireClock }] = await Promise.all([
    entry.load(),
    import('./conclude.ts'),
    import('./just-arguments.ts'),
    import('./clock.ts'),
  ]);
  requireClock(world);
  const act: Act =
    (perform) =>
    (...args) => {
      const context = openContext(world, globalsOf(program, argv));
      begin(perform(context, ...(args as never)), context);
    };
  configure(command, act);
  return fromJust(command, argv);
}

/** The first word that is no flag and no flag's value. */
function commandIn(argv: readonly string[]): string | undefined {
  return argv.find((word, at) => !word.startsWith('-') && argv[at - 1] !== '--lab');
}

// A call that could not be parsed still says how it wants to be answered.
function globalsOf(program: Command, argv: readonly string[]): GlobalOptions {
  return { ...program.opts<GlobalOptions>(), ...(argv.includes('--json') ? { json: true } : {}) };
}

async function printCandidates(world: World, program: Command, words: readonly string[]): Promise<number> {
  const { complete } = await import('./complete.ts');
  const candidates = await complete(world, program, words);
  const { discreet } = await import('./conclude.ts');
  discreet(world).stdout.write(candidates.map((line) => `${line}\n`).join(''));
  return 0;
}
