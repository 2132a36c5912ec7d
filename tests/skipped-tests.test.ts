import { describe, expect, test } from 'vitest';
import { program, repository } from './rig.ts';

/** Runs `npm test` on one file, whose test is skipped where no other Node is named. */
async function runWithASkip(env: Readonly<Record<string, string>>) {
  const weights = process.env['TIMELAB_MODELS'];
  const cache: Record<string, string> = weights === undefined ? {} : { TIMELAB_TEST_CACHE: weights };
  const place = { cwd: repository, env: { ...cache, ...env } };
  const { code, stdout } = await program(
    'npm',
    ['test', '--silent', '--', 'tests/other-nodes.test.ts'],
    place,
  );
  return { code, lastLine: stdout.trimEnd().split('\n').at(-1), stdout };
}

describe('`npm test` with a test that is skipped for want of something', () => {
  test('is well on a machine of one’s own, and says why', async () => {
    const { code, lastLine, stdout } = await runWithASkip({});
    expect({ code, lastLine }).toEqual({ code: 0, lastLine: expect.stringMatching(/ 0 failed, 1 skipped$/) });
    expect(stdout).toContain('\nSkipped, and why:\n- no other Node; set TIMELAB_TEST_NODES');
  });

  test.each([{ CI: 'true' }, { TIMELAB_TEST_ALL: '1' }])('fails where all have to run: %o', async (env) => {
    const { code, lastLine, stdout } = await runWithASkip(env);
    expect({ code, lastLine }).toEqual({ code: 1, lastLine: expect.stringMatching(/ 1 failed, 0 skipped$/) });
    expect(stdout).toMatch(
      /\nSkipped, and failed for it, because .*\n- no other Node; set TIMELAB_TEST_NODES/,
    );
  });
});
