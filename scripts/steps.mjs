import process from 'node:process';

const { stdout } = process;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Runs steps in order and shows each with its count and time: `{ name, needed, run, advice }`.
 * `needed()` is true when there is work, or words that say why there is none; `run(say)` does the work, and may say
 * how far it is; `advice` is the way out when it fails. Throws what the failing step threw.
 */
export async function runSteps(steps) {
  for (const [index, step] of steps.entries()) {
    await runStep(step, `[${index + 1}/${steps.length}] ${step.name}`);
  }
}

async function runStep({ needed, run, advice }, title) {
  const reason = needed();
  if (reason !== true) {
    stdout.write(`${title}: ${reason}\n`);
    return;
  }
  const line = stdout.isTTY ? movingLine(title) : plainLine(title);
  const start = performance.now();
  try {
    await run(line.say);
    line.end(`done in ${seconds(start)}`);
  } catch (error) {
    line.end(`failed after ${seconds(start)}`);
    throw Object.assign(error, { advice });
  }
}

/** The time since `start` (of `performance.now()`), in words. */
export const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

function plainLine(title) {
  stdout.write(`${title} … `);
  return { say: () => {}, end: (text) => stdout.write(`${text}\n`) };
}

function movingLine(title) {
  const start = performance.now();
  let turn = 0;
  let said = '';
  const draw = () => {
    const text = `${spinner[turn++ % spinner.length]} ${title} … ${seconds(start)} ${said}`;
    stdout.write(`\r\u001b[2K${text.slice(0, (stdout.columns ?? 80) - 1)}`);
  };
  const timer = setInterval(draw, 100);
  const say = (text) => (said = text);
  const end = (text) => {
    clearInterval(timer);
    stdout.write(`\r\u001b[2K${title}: ${text}\n`);
  };
  return { say, end };
}

/** Ends the process with what a failed step said last and the way out of it. */
export function stopWith(error) {
  if (error.details === undefined && error.exitCode === undefined) throw error;
  process.stderr.write(
    [error.details, `\n${error.message}`, error.advice, '']
      .filter((text) => text !== undefined && text !== '')
      .join('\n'),
  );
  process.stderr.write('\n');
  process.exit(error.exitCode ?? 70);
}
