import { existsSync } from 'node:fs';
import process from 'node:process';
import { inRepository } from './repository.mjs';
import { answers } from './requirements.mjs';
import { runQuietly } from './run-quietly.mjs';
import { stamp } from './stamp.mjs';
import { installPyPost } from './tool-steps.mjs';

const rust = inRepository('tools/rust_extractor');
const python = inRepository('tools/py_post');
const environment = inRepository('.cache/py_post-test');

/** The suites of the helper programs, in the languages they are written in. */
export const toolSuites = [
  { name: 'rust_extractor: rustfmt, clippy, tests', source: `${rust}/Cargo.toml`, run: testRust },
  { name: 'py_post: ruff, black, mypy, tests', source: `${python}/pyproject.toml`, run: testPython },
].filter(({ source }) => existsSync(source));

async function testRust() {
  if (!answers('cargo', ['--version']))
    return skipped('tools/rust_extractor', 'no cargo: https://rustup.rs brings it');
  const realHistories = process.env.TIMELAB_TEST_REPOSITORIES ? ['--', '--include-ignored'] : [];
  const cargo = (...words) => runQuietly('cargo', words, { cwd: rust });
  return await inTurn('tools/rust_extractor', [
    () => cargo('fmt', '--check'),
    () => cargo('clippy', '--locked', '--all-targets', '--', '--deny', 'warnings'),
    () => cargo('test', '--locked', ...realHistories),
  ]);
}

async function testPython() {
  try {
    await prepareEnvironment();
  } catch ({ message }) {
    return skipped(
      'tools/py_post',
      `its test environment could not be made (python3.11 with venv and the network): ${message}`,
    );
  }
  const tool = (name, ...words) =>
    runQuietly(`${environment}/bin/${name}`, words, { cwd: python, env: process.env });
  return await inTurn('tools/py_post', [
    () => tool('ruff', 'check', '.'),
    () => tool('black', '--check', '--quiet', '.'),
    () => tool('mypy'),
    () => tool('pytest', '-q'),
  ]);
}

async function prepareEnvironment() {
  const made = stamp(`${environment}/.timelab-setup`, [
    `${python}/requirements-dev.txt`,
    `${python}/pyproject.toml`,
  ]);
  if (made.holds()) return;
  await installPyPost(environment, 'requirements-dev.txt');
  made.set();
}

/** Runs steps to the end, each counting as one check, and the tests inside them as they count themselves. */
async function inTurn(file, steps) {
  const total = { passed: 0, failed: 0, skips: [] };
  for (const step of steps) {
    const { failed, output } = await attempt(step);
    const counted = countTests(output, file);
    total.passed += counted.passed + (failed ? 0 : Number(counted.none));
    total.failed += failed ? Math.max(1, counted.failed) : 0;
    total.skips.push(...counted.skips);
    if (failed) process.stdout.write(`${output}\n`);
  }
  return total;
}

async function attempt(step) {
  try {
    return { failed: false, output: await step() };
  } catch ({ details, message }) {
    return { failed: true, output: `${details}\n${message}` };
  }
}

/** Why a suite leaves tests out, where it can be mended. */
const leftOut = {
  'tools/rust_extractor': 'no real histories; set TIMELAB_TEST_REPOSITORIES to .git folders, joined by ":"',
};

/** What the closing lines of cargo test and pytest say; a program that counts nothing is one check. */
function countTests(output, file) {
  const sum = (word) =>
    [...output.matchAll(new RegExp(`(\\d+) ${word}`, 'g'))].reduce(
      (all, [, count]) => all + Number(count),
      0,
    );
  const closing = /^test result: |^(=+ )?\d+ (passed|failed)/m.test(output);
  if (!closing) return { none: true, passed: 0, failed: 0, skips: [] };
  const left = sum('ignored') + sum('skipped');
  const skips = Array.from({ length: left }, () => ({
    file,
    name: 'left out by its own suite',
    note: leftOut[file] ?? 'the suite says why where it runs by itself',
  }));
  return { none: false, passed: sum('passed'), failed: sum('failed'), skips };
}

function skipped(file, note) {
  return { passed: 0, failed: 0, skips: [{ file, name: 'the whole suite', note }] };
}
