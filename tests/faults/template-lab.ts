import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type FaultServer, startFaultServer } from '../../packages/models/test/fault-server.ts';
import { type Lab, openLab } from '../../packages/store/src/index.ts';
import { git } from '../mined-history.ts';
import { whyNoHelpers } from '../needed-helpers.ts';
import { program, timelab } from '../rig.ts';
import { fillLab } from './faulty-calls.ts';

/** A lab with a run that was asked and one that was mined, of which each test takes a copy. */
export interface TemplateLab {
  /** Where it lies, and where its copies may. */
  readonly folder: string;
  readonly server: FaultServer;
  /** What a command is told: the server, and a clock that is set, so that run ids are known before. */
  readonly env: Readonly<Record<string, string>>;
  /** The runs in it, relative to it. */
  readonly runs: readonly string[];
  /** Copies it into a folder that is there. */
  copyTo(folder: string): Promise<Lab>;
  /** Works with a copy that is there for this alone; `room` is a folder beside it. */
  inCopy<T>(work: (lab: Lab, room: string) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** Makes the lab in memory where there is such a place; for `beforeAll`, which has to remove it. */
export async function templateLab(): Promise<TemplateLab> {
  const quick = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = await realpath(await mkdtemp(join(quick, 'timelab-faults-')));
  const server = await startFaultServer({});
  const env = { OLLAMA_HOST: server.url, TIMELAB_NOW: '2031-02-03T04:05:06.789Z' };
  const lab = join(folder, 'lab');
  const made = await timelab(['init', lab], {
    cwd: dirname(lab),
    env: { TIMELAB_NOW: '2025-10-15T10:00:00.000Z' },
  });
  if (made.code !== 0) throw new Error(made.stderr);
  await git(lab, 'add', '-A');
  await git(lab, 'commit', '-qm', 'a lab');
  await fillLab(lab, env, whyNoHelpers() === undefined);
  const copyTo = async (target: string) => {
    const ran = await program('cp', ['-a', lab, target], { cwd: folder });
    if (ran.code !== 0) throw new Error(ran.stderr);
    return openLab(join(target, 'lab'));
  };
  const inCopy = async <T>(work: (copy: Lab, room: string) => Promise<T>) => {
    const target = await mkdtemp(join(folder, 'copy-'));
    const room = join(target, 'room');
    await mkdir(room);
    try {
      return await work(await copyTo(target), room);
    } finally {
      // A helper of a command that was killed may live for a moment, and write.
      await rm(target, { recursive: true, force: true, maxRetries: 5 });
    }
  };
  const remove = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { folder, server, env, runs: runsIn(lab), copyTo, inCopy, remove };
}

function runsIn(lab: string): string[] {
  return ['2025/10/15/ai-team/artifacts', '2025/10/15/analyzer/outputs'].flatMap((place) =>
    readdirSync(join(lab, place), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${place}/${name}`),
  );
}
