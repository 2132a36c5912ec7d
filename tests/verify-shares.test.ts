import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLab } from '../packages/store/test/make-lab.ts';
import { sampleFiles } from '../packages/store/test/sample-run.ts';
import { ended, program, put, startTimelab, timelab } from './rig.ts';

/** So many runs are worth two processes. */
const runs = 2100;
let lab: string;
let damaged: readonly string[];

beforeAll(async () => {
  lab = await mkdtemp(join(tmpdir(), 'timelab-shares-'));
  expect(await timelab(['init', lab], { cwd: '/' })).toMatchObject({ code: 0 });
  damaged = makeLab(lab, runs, sampleFiles, 500).damaged;
  expect(damaged.length).toBeGreaterThan(2);
  expect(await timelab(['sync', '--quiet'], { cwd: lab })).toMatchObject({ code: 0 });
  await put(lab, '2025/10/16/ai-team/artifacts/000000Z_stray_00000000/notes.txt', 'no record');
});
afterAll(async () => await rm(lab, { recursive: true, force: true, maxRetries: 5 }));

const verify = async (...flags: string[]) => {
  const ran = await timelab(['verify', '--all', '--json', ...flags], { cwd: lab });
  return { ...ran, ...JSON.parse(ran.stdout) };
};

describe('`verify --all` of many runs', () => {
  test('finds by several processes what one finds, tells it in the same order, and the lab’s faults', async () => {
    const { data: one, stderr } = await verify('--share', '1/1');
    const all = await verify();
    expect(all).toMatchObject({ code: 65, error: { kind: 'run_damaged' } });
    expect(all.stderr).toBe(stderr);
    expect(all.data).toEqual(one);
    expect(one).toMatchObject({ runs: runs + 1, faulty: damaged.length + 1 });
    const paths = one.verified.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining([...damaged]));
  });

  test('can be shared out by hand: each run is in one share', async () => {
    const [one, other] = [await verify('--share', '1/2'), await verify('--share', '2/2')];
    expect(one.data.runs + other.data.runs).toBe(runs + 1);
    expect(one.data.faulty + other.data.faulty).toBe(damaged.length + 1);
  });

  test.skipIf(availableParallelism() < 2)(
    'ends with all of them when it is interrupted (needs two cores)',
    async () => {
      const child = startTimelab(['verify', '--all', '--json'], { cwd: lab });
      const end = ended(child);
      const sharing = ['-P', String(child.pid), '-f', '--', '--share'];
      const children = async () => (await program('pgrep', sharing, { cwd: '/' })).stdout;
      let seen = '';
      // However long it takes to list the runs: it ends by itself.
      while (seen === '' && child.exitCode === null) seen = await children();
      child.kill('SIGINT');
      const { signal, stdout } = await end;
      expect({ signal, error: JSON.parse(stdout).error.kind }).toEqual({
        signal: 'SIGINT',
        error: 'interrupted',
      });
      expect(seen).not.toBe('');
      const pids = seen.trim().split('\n');
      // A process that was told to end needs a moment for it.
      const alive = () => pids.filter((pid) => existsSync(`/proc/${pid}`));
      await expect.poll(alive, { timeout: 600_000 }).toEqual([]);
    },
  );
});

test.each([
  [['--all', '--share', '3/2'], /no share of the runs/],
  [['--all', '--share', '0/2'], /no share of the runs/],
  [['--all', '--share', 'half'], /no share of the runs/],
  [['latest', '--share', '1/2'], /--share goes with --all/],
])('%j is a wrong call', async (args, words) => {
  const ran = await timelab(['verify', ...args], { cwd: lab });
  expect(ran).toMatchObject({ code: 64, stdout: '' });
  expect(ran.stderr).toMatch(words);
});
