import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { inRepository } from './repository.mjs';
import { mergeRuns, worthAnother } from './second-run.mjs';
import { withoutNetwork } from './without-network.mjs';

const { stdout } = process;

/**
 * Runs the tests of a folder, all or those whose file names hold one of `filters`, with vitest. Where `twice` says so,
 * the files of few failures are run once more, by themselves.
 * Gives how many `passed` and `failed`, the `skips`, and as `chances` what failed first and passed then.
 */
export async function runVitest({ folder, filters, env, twice }) {
  try {
    const first = await runOnce({ folder, filters, env, reporters: junitReport() });
    const files = twice ? worthAnother(first) : [];
    if (files.length === 0) return count(first);
    stdout.write(`\nOnce more, and nothing else beside: ${files.join(', ')}\n`);
    return count(mergeRuns(first, await runOnce({ folder, filters: files, env, reporters: [] }), files));
  } catch (error) {
    stdout.write(`The tests ended without a report: ${error.message}\n`);
    return { passed: 0, failed: 1, skips: [], chances: [] };
  }
}

/** One run of vitest: what scripts/test-report.mjs tells, and `failed`, whether vitest says that anything did. */
async function runOnce({ folder, filters, env, reporters }) {
  const temporary = mkdtempSync(join(tmpdir(), 'timelab-test-'));
  const file = join(temporary, 'report.json');
  const own = ['--reporter=default', `--reporter=${inRepository('scripts/test-report.mjs')}`];
  const words = [inRepository('node_modules/.bin/vitest'), ['run', ...own, ...reporters, ...filters]];
  const [command, args] = process.env.TIMELAB_TEST_UNSHARE ? withoutNetwork(...words) : words;
  try {
    const exitCode = await new Promise((resolve, reject) => {
      const options = { cwd: folder, env: { ...env, TIMELAB_TEST_REPORT: file }, stdio: 'inherit' };
      spawn(command, args, options).on('error', reject).on('close', resolve);
    });
    return { ...JSON.parse(readFileSync(file, 'utf8')), failed: exitCode !== 0 };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** What CI shows of the tests, in a file that it names. */
function junitReport() {
  const file = process.env.TIMELAB_TEST_JUNIT;
  return file ? ['--reporter=junit', `--outputFile.junit=${file}`] : [];
}

function count({ tests, brokenFiles, strayErrors, failed, chances = [] }) {
  const skips = tests.filter(({ state }) => state === 'skipped');
  const passed = tests.filter(({ state }) => state === 'passed').length;
  const counted = tests.length - passed - skips.length + brokenFiles.length + strayErrors;
  // Whatever made vitest fail, if it is none of these, is one failure too.
  return { passed, failed: failed ? Math.max(1, counted) : counted, skips, chances };
}
