import process from 'node:process';
import { hooksEnvironment, prepareHooks } from './hooks.mjs';
import { inRepository } from './repository.mjs';
import { answers } from './requirements.mjs';
import { runQuietly } from './run-quietly.mjs';

const config = '.pre-commit-config.yaml';

/** What every commit has to pass, over all files that git has. */
export const hookSuites = [{ name: 'hooks: pre-commit over all files', run: testHooks }];

/** Hooks that cannot run on this machine, by what they lack. */
const lacking = [
  {
    hooks: ['cargo-fmt', 'cargo-clippy'],
    lacks: () => !answers('cargo', ['--version']),
    note: 'no cargo: https://rustup.rs brings it',
  },
];

async function testHooks() {
  try {
    await prepareHooks();
  } catch ({ message }) {
    return skipped(
      'every hook',
      `the hooks could not be set up (python3.11 with venv and the network): ${message}`,
    );
  }
  if (!answers('git', ['-C', inRepository('.'), 'rev-parse']))
    return skipped('every hook', 'no git repository; a clone has one');
  const left = lacking.filter(({ lacks }) => lacks());
  return count(await runAll(left.flatMap(({ hooks }) => hooks)), left);
}

async function runAll(skippedHooks) {
  const env = { ...process.env, SKIP: skippedHooks.join(','), PRE_COMMIT_HOME: `${hooksEnvironment}/home` };
  const words = ['run', '--all-files', '--color', 'never', '--config', config];
  try {
    return { failed: false, output: await runQuietly(`${hooksEnvironment}/bin/pre-commit`, words, { env }) };
  } catch ({ details, message }) {
    return { failed: true, output: `${details}\n${message}` };
  }
}

/** Each hook is one check; pre-commit ends its line with what became of it. */
function count({ failed, output }, left) {
  const ended = (word) => [...output.matchAll(new RegExp(`\\.${word}$`, 'gm'))].length;
  if (failed) process.stdout.write(`${output}\n`);
  const skips = left.flatMap(({ hooks, note }) => hooks.map((name) => ({ file: config, name, note })));
  return { passed: ended('Passed'), failed: failed ? Math.max(1, ended('Failed')) : 0, skips };
}

const skipped = (name, note) => ({ passed: 0, failed: 0, skips: [{ file: config, name, note }] });
