import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { inRepository, root } from './repository.mjs';
import { setUp } from './setup.mjs';

// `npm run trust [FILE…] [-- --write]`: the tests that take too long for `npm test`, all of them: every system call, every
// size of a disk, 300 kills, 40 power cuts, 2,000 runs, a lab of 30,000. Prints what was tried, and with --write puts it
// into docs/reference/TRUST.md. It takes an hour or two.
await setUp();
const words = process.argv.slice(2).filter((word) => word !== '--write');
const files = words.length > 0 ? words : ['tests/faults'];
const folder = mkdtempSync(join(tmpdir(), 'timelab-trust-'));
const figures = join(folder, 'figures.jsonl');
writeFileSync(figures, '');
const start = Date.now();
const code = await run();
const table = tableOf(readFileSync(figures, 'utf8'));
rmSync(folder, { recursive: true });
process.stdout.write(`\n${table}\n`);
if (process.argv.includes('--write') && code === 0) writeInto(inRepository('docs/reference/TRUST.md'), table);
process.exitCode = code;

/** Runs the tests one file at a time: what they measure and how they kill is not to be shared. */
function run() {
  const args = ['run', '--no-file-parallelism', '--reporter=verbose', ...files];
  const env = { ...process.env, TIMELAB_TRUST: '1', TIMELAB_TRUST_FIGURES: figures };
  env.TIMELAB_MODELS ??= process.env.TIMELAB_TEST_CACHE ?? inRepository('.cache/models');
  const child = spawn(inRepository('node_modules/.bin/vitest'), args, { cwd: root, env, stdio: 'inherit' });
  return new Promise((done) => {
    child.on('error', () => done(70)).on('close', (status) => done(status ?? 70));
  });
}

function tableOf(text) {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const minutes = Math.round((Date.now() - start) / 60_000);
  const lines = rows.map(({ bar, what, figure }) => `| ${bar} | ${what} | ${figure} |`);
  return [
    '| bar | what was tried | what came of it |',
    '|---|---|---|',
    ...lines,
    '',
    `In ${minutes} minutes.`,
  ].join('\n');
}

function writeInto(page, table) {
  const text = readFileSync(page, 'utf8');
  const marks = /(<!-- trust -->\n).*?(\n<!-- \/trust -->)/s;
  if (!marks.test(text)) throw new Error(`${page} has no place for the figures`);
  writeFileSync(
    page,
    text.replace(marks, (_, before, after) => `${before}\n${table}\n${after}`),
  );
}
