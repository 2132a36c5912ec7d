import { type Problem, problemKinds, type Result } from '@timelab/core';
import { visible } from './visible.ts';
import type { World } from './world.ts';

/** How much is said, and in which form. */
export interface ReportOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** The only way to the terminal: words for people on stderr, paths or one JSON object on stdout. */
export interface Report {
  /** A line for the person at the terminal; silent with --quiet. */
  say(line: string): void;
  /** What a long step is at, on one line that is written over; silent unless stderr is a terminal. */
  progress(line: string): void;
  /** A piece of a model's answer, made harmless for a terminal. */
  answer(piece: string): void;
  /** The product of a command whose product is text, such as a completion script. */
  print(text: string): void;
  problem(problem: Problem): void;
  /** What a bug left behind, with all that a report of it needs. */
  bug(error: unknown): void;
  result(result: Result): void;
}

/** Opens the report of one command. */
export function openReport(world: World, options: ReportOptions): Report {
  const { stdout, stderr } = world;
  const paint = painter(options.color && stderr.isTTY);
  const line = statusLine(world, options);
  let inAnswer = false;
  const clear = () => {
    line.clear();
    // An answer that broke off has not ended its line.
    if (inAnswer) stderr.write('\n');
    inAnswer = false;
  };
  const tell = (text: string) => {
    clear();
    stderr.write(`${visible(text)}\n`);
  };
  return {
    say: (text) => options.quiet || tell(text),
    progress: line.show,
    answer: (piece) => {
      line.clear();
      stderr.write(visible(piece));
      inAnswer = !piece.endsWith('\n');
    },
    // A program that reads gets the text as it is; a terminal must not act on a stranger's.
    print: (text) => stdout.write(stdout.isTTY ? visible(text) : text),
    problem: (problem) => {
      clear();
      stderr.write(formatProblem(problem, paint));
    },
    bug: (error) => tell(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    result: (result) => {
      clear();
      stdout.write(
        options.json ? `${JSON.stringify(result)}\n` : result.artifacts.map((path) => `${path}\n`).join(''),
      );
    },
  };
}

type Paint = (code: number, text: string) => string;

function painter(color: boolean): Paint {
  return (code, text) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
}

const red = 31;
const bold = 1;
const dim = 2;

function formatProblem(problem: Problem, paint: Paint): string {
  const title = paint(red, paint(bold, `${problemKinds[problem.kind].title}:`));
  const faults = problem.faults.map(({ pointer, reason, suggestion }) => {
    const place = paint(bold, visible(pointer === '' ? '(whole file)' : pointer));
    const meant = suggestion === undefined ? '' : ` — did you mean ${paint(bold, visible(suggestion))}?`;
    return `  ${place} ${visible(reason)}${meant}\n`;
  });
  return `${title} ${visible(problem.message)}\n${faults.join('')}${paint(dim, visible(problem.hint))}\n`;
}

/** One line that is written over. It is cleared with spaces, for who wants no colours may want no escapes at all. */
function statusLine(world: World, options: ReportOptions) {
  const { stderr, env } = world;
  const shown = stderr.isTTY && env['TERM'] !== 'dumb' && !options.quiet && !options.json;
  let length = 0;
  const clear = () => {
    if (length > 0) stderr.write(`\r${' '.repeat(length)}\r`);
    length = 0;
  };
  const show = (text: string) => {
    if (!shown) return;
    clear();
    const line = visible(text).slice(0, Math.max(20, stderr.columns - 1));
    stderr.write(line);
    length = line.length;
  };
  return { clear, show };
}
