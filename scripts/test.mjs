import { mkdirSync } from 'node:fs';
import process from 'node:process';
import { hookSuites } from './hook-suites.mjs';
import { prepareHooks } from './hooks.mjs';
import { inRepository, root, timelab } from './repository.mjs';
import { runQuietly } from './run-quietly.mjs';
import { setUp } from './setup.mjs';
import { allHaveToRun, explainSkips, mendable } from './skips.mjs';
import { seconds } from './steps.mjs';
import { nixSuites } from './test-nix.mjs';
import { toolSuites } from './tool-suites.mjs';
import { runVitest } from './vitest-suite.mjs';

const { stdout } = process;
const modelFolder = process.env.TIMELAB_TEST_CACHE ?? inRepository('.cache/models');
const filters = process.argv.slice(2);

/** Everything that can fail; with names of test files on the command line, only those. */
const suites = [
  { name: 'types', run: () => check('typecheck') },
  { name: 'format, lint, unused code', run: () => check('lint') },
  { name: 'tests', run: runTests },
  ...toolSuites,
  ...nixSuites,
  ...hookSuites,
].filter(({ run }) => filters.length === 0 || run === runTests);

await setUp();
await fetchWeights();
await prepareHooks().catch(({ message }) =>
  stdout.write(`not set up; tests of the hooks are skipped\n${message}\n`),
);
const results = [];
for (const suite of suites) results.push(await runSuite(suite));
const skips = results.flatMap((result) => result.skips);
const unmended = allHaveToRun ? mendable(skips) : [];
const left = skips.filter((skip) => !unmended.includes(skip));
printSkips('Skipped, and why:', left);
printSkips('Skipped, and failed for it, because CI=true or TIMELAB_TEST_ALL=1:', unmended);
const chances = results.flatMap((result) => result.chances ?? []);
if (chances.length > 0)
  stdout.write(
    `\nFailed first, and passed when run once more (see above for how):\n- ${chances.join('\n- ')}\n`,
  );
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const failed = sum('failed') + unmended.length;
const luck = chances.length === 0 ? '' : `; ${chances.length} passed only when run once more`;
stdout.write(`${sum('passed')} passed, ${failed} failed, ${left.length} skipped${luck}\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function fetchWeights() {
  stdout.write(`weights of the embedded model, 93 MB, kept in ${modelFolder} … `);
  mkdirSync(modelFolder, { recursive: true });
  await runQuietly(timelab, ['model', 'pull', 'smollm2'], {
    env: { ...process.env, TIMELAB_MODELS: modelFolder },
  }).then(
    () => stdout.write('here\n'),
    ({ details, message }) =>
      stdout.write(`not fetched; tests that need them are skipped\n${details}\n${message}\n`),
  );
}

async function runSuite({ name, run }) {
  stdout.write(`\n# ${name}\n`);
  const start = performance.now();
  const result = await run();
  const { passed, failed, skips } = result;
  stdout.write(`${name}: ${passed} passed, ${failed} failed, ${skips.length} skipped in ${seconds(start)}\n`);
  return result;
}

/** Runs a script of package.json that passes or fails as a whole. */
async function check(script) {
  try {
    await runQuietly('npm', ['run', '--silent', script]);
    return { passed: 1, failed: 0, skips: [] };
  } catch ({ details, message }) {
    stdout.write(`${details}\n${message}\n`);
    return { passed: 0, failed: 1, skips: [] };
  }
}

/** Where all have to run nobody is there to look at a failure by chance: it is tried again, and told. */
async function runTests() {
  const env = { ...process.env, TIMELAB_MODELS: modelFolder };
  return await runVitest({ folder: root, filters, env, twice: allHaveToRun });
}

function printSkips(title, skips) {
  if (skips.length > 0) stdout.write(`\n${title}\n${explainSkips(skips).join('\n')}\n`);
}
