import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MadeLab, makeLab } from '../../packages/store/test/make-lab.ts';
import { sampleFiles } from '../../packages/store/test/sample-run.ts';
import { roomyFolder } from '../../packages/store/test/temporary-lab.ts';
import { program, timelab } from '../rig.ts';
import { isLong, noteFigure } from './effort.ts';

/** A hundred damaged runs where everything is tried, ten of fewer elsewhere. */
const size = isLong ? { runs: 30_000, every: 300 } : { runs: 600, every: 60 };

let lab: string;
let made: MadeLab;

beforeAll(async () => {
  lab = await realpath(await mkdtemp(join(roomyFolder, 'timelab-large-')));
  await program('git', ['init', '-q', lab], { cwd: '/' });
  made = makeLab(lab, size.runs, sampleFiles, size.every);
});
afterAll(async () => await rm(lab, { recursive: true, force: true }));

/** What a command says, and how long it took. */
async function said(...args: string[]) {
  const start = performance.now();
  const ran = await timelab([...args, '--json'], { cwd: lab, env: { TIMELAB_ISOLATION: 'none' } });
  const seconds = (performance.now() - start) / 1000;
  const result = JSON.parse(ran.stdout);
  noteFigure(
    'large',
    `${args.join(' ')}, ${size.runs} runs, ${made.damaged.length} damaged`,
    `${seconds.toFixed(1)} s`,
  );
  return { code: ran.code, data: result.data, error: result.error };
}

const paths = (damaged: readonly { readonly path: string }[]) => damaged.map(({ path }) => path).sort();

describe(`a lab of ${size.runs} runs, of which some are damaged, names these and serves the others`, () => {
  test('sync', async () => {
    const { code, data } = await said('sync');
    expect(code).toBe(0);
    expect(paths(data.damaged)).toEqual(made.damaged);
    expect(data.runs).toBe(made.good);
  });

  test('ls', async () => {
    const { code, data } = await said('ls');
    expect(code).toBe(0);
    expect(paths(data.damaged)).toEqual(made.damaged);
    expect(data.of).toBe(made.good);
  });

  test('doctor, with --fix and without', async () => {
    for (const flags of [['--fix'], []]) {
      const { code, data, error } = await said('doctor', ...flags);
      expect({ code, kind: error.kind }).toEqual({ code: 65, kind: 'lab_unsound' });
      const errors = data.findings.filter(({ severity }: { severity: string }) => severity === 'error');
      expect(errors.map(({ place }: { place: string }) => place).sort()).toEqual(made.damaged);
      expect(new Set(errors.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['records']));
    }
  });

  test('verify --all', { timeout: 1_200_000 }, async () => {
    const { code, data } = await said('verify', '--all');
    expect(code).toBe(65);
    expect(paths(data.verified)).toEqual(made.damaged);
    expect({ whole: data.whole, faulty: data.faulty }).toEqual({
      whole: made.good,
      faulty: made.damaged.length,
    });
  });
});
