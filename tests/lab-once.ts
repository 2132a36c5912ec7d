import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { startFaultServer } from '../packages/models/test/fault-server.ts';
import { git } from './mined-history.ts';
import { type Place, temporaryFolder, timelab } from './rig.ts';

type Wrong = Parameters<typeof startFaultServer>[0];

/** Runs a spec at an instant, on a scripted server that is wrong only where told. */
export type Ask = (spec: string, at: string, wrong?: Wrong, args?: readonly string[]) => Promise<void>;

/** Runs of one lab, asked one after the other; a run may fail. */
export function askIn(lab: string): Ask {
  return async (spec, at, wrong = {}, args = []) => {
    const server = await startFaultServer(wrong);
    const env: Place['env'] = { OLLAMA_HOST: server.url, TIMELAB_NOW: at };
    const { code, stderr } = await timelab(['ai', '--spec', spec, ...args], { cwd: lab, env });
    await server.stop();
    if (code === 64) throw new Error(stderr);
  };
}

/**
 * A lab with one commit that is made and filled once for a file of tests, which is quicker than a lab for each; gives
 * what copies it for a test that changes it. For the top of a file, since it is removed after the last test.
 */
export function labOnce(fill: (lab: string, ask: Ask) => Promise<void>): () => Promise<string> {
  let made: Promise<string> | undefined;
  const make = async () => {
    const lab = join(await realpath(await mkdtemp(join(tmpdir(), 'timelab-once-'))), 'lab');
    const { code, stderr } = await timelab(['init', lab], { cwd: dirname(lab) });
    if (code !== 0) throw new Error(`init failed: ${stderr}`);
    await fill(lab, askIn(lab));
    return lab;
  };
  afterAll(
    async () => made && (await rm(dirname(await made), { recursive: true, force: true, maxRetries: 5 })),
  );
  return async () => {
    made ??= make();
    const copy = join(await temporaryFolder(), 'lab');
    await cp(await made, copy, { recursive: true, verbatimSymlinks: true });
    return copy;
  };
}

/** Commits all that is in a lab. */
export async function commitAll(lab: string, subject: string): Promise<void> {
  await git(lab, 'add', '-A');
  await git(lab, 'commit', '-qm', subject);
}
