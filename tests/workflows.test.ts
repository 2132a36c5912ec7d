import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from './rig.ts';

const folder = join(repository, '.github/workflows');
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), 'utf8'),
}));

describe.each(workflows)('$name', ({ text }) => {
  test('takes every action by the commit of a release, and says which', () => {
    const used = [...text.matchAll(/\buses: (.+)$/gm)].map((match) => match[1]);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+){0,2}$/);
  });

  test('may read, and one job alone may do more', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    expect([...text.matchAll(/^ {4}permissions:$/gm)].length).toBeLessThanOrEqual(1);
    expect(text).not.toMatch(/pull_request_target|write-all/);
  });

  test('ends in time, and does not run beside itself', () => {
    const jobs = [...text.slice(text.indexOf('\njobs:')).matchAll(/^ {2}[\w-]+:$/gm)].length;
    expect([...text.matchAll(/^ {4}timeout-minutes: \d+$/gm)].length).toBe(jobs);
    expect(text).toMatch(/^concurrency:\n {2}group: /m);
  });
});

test('an action is taken at one commit, whichever workflow takes it', () => {
  const taken = workflows.flatMap(({ text }) => [...text.matchAll(/\buses: (.+)@(.+)$/gm)]);
  const actions = new Set(taken.map((match) => match[1]));
  expect(new Set(taken.map((match) => match[0])).size).toBe(actions.size);
});
