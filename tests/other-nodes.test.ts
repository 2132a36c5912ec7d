import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository, temporaryFolder, timelab } from './rig.ts';

const otherNodes = (process.env['TIMELAB_TEST_NODES'] ?? '').split(':').filter((path) => path !== '');

describe('the bundle on other versions of Node', () => {
  if (otherNodes.length === 0) {
    test('makes a lab', (context) => {
      context.skip('no other Node; set TIMELAB_TEST_NODES to paths of node binaries, joined by ":"');
    });
  }

  test.each(otherNodes)('a lab is made, a day and a spec in it, and indexed: %s', async (node) => {
    const lab = join(await temporaryFolder(), 'lab');
    expect(await timelab(['init', lab], { cwd: repository, node })).toMatchObject({ code: 0 });
    expect(await timelab(['day'], { cwd: lab, node })).toMatchObject({ code: 0 });
    const written = await timelab(['new', 'first'], { cwd: lab, node });
    expect(await timelab(['check', written.stdout.trim()], { cwd: lab, node })).toMatchObject({ code: 0 });
    expect(await timelab(['sync'], { cwd: lab, node })).toMatchObject({ code: 0 });
  });
});
