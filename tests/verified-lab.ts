import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { formatManifest, type Manifest } from '../packages/core/src/index.ts';
import { startFaultServer } from '../packages/models/test/fault-server.ts';
import { type MinedWorld, minedWorld } from './mined-history.ts';
import { llmSpec, program, put, timelab } from './rig.ts';
import { type FoundRun, readRun } from './runs.ts';

/** A lab with real runs of each kind, made once, of which tests take copies. */
export interface VerifiedLab {
  readonly world: MinedWorld;
  /** Paths of the runs, relative to the lab: of a clean tree, of a dirty one, mined, one commit, and one that failed. */
  readonly runs: Readonly<Record<RunName, string>>;
}

export type RunName = 'clean' | 'dirty' | 'mined' | 'summ' | 'failed';

/** One thing done to a run of the lab, and all the faults that the run has then, by name and place. */
export type Damage = readonly [
  what: string,
  run: RunName,
  faults: readonly string[],
  harm: (run: string, lab: string) => Promise<unknown>,
];

/** Makes the lab; for `beforeAll`, with a clock that is set, so that the runs follow one another. */
export async function verifiedLab(): Promise<VerifiedLab> {
  const world = await minedWorld(6);
  const { lab } = world;
  const server = await startFaultServer({});
  try {
    const files = { inputs: { files: ['notes.md'] } };
    await put(lab, 'spec.json', llmSpec({ ...files, config: { model: 'ollama:m' } }));
    await put(lab, 'strict.json', llmSpec({ config: { model: 'ollama:m' }, validation: { min_length: 99 } }));
    await put(lab, 'notes.md', 'one\ntwo\n');
    await program('git', ['add', '-A'], { cwd: lab });
    await program('git', ['commit', '-qm', 'specs'], { cwd: lab });
    let second = 0;
    const run = async (args: readonly string[], code = 0): Promise<string> => {
      second += 1;
      const env = { OLLAMA_HOST: server.url, TIMELAB_NOW: `2025-10-15T10:23:0${second}.000Z` };
      const ran = await timelab(args, { cwd: lab, env });
      if (ran.code !== code) throw new Error(`${args.join(' ')}: ${ran.code} ${ran.stderr}`);
      return relative(lab, (await readRun(ran.stdout.split('\n')[0] ?? '')).folder);
    };
    const clean = await run(['ai', '--spec', 'spec.json']);
    const mined = await run(['mine', '--repo', world.repository, '--limit', '4']);
    const summ = await run(['summ', 'HEAD', '--repo', world.repository]);
    await put(lab, 'notes.md', 'one\ntwo, changed\n');
    await put(lab, 'new file.txt', 'new\n');
    const dirty = await run(['ai', '--spec', 'spec.json']);
    const failed = await run(['ai', '--spec', 'strict.json'], 65);
    return { world, runs: { clean, dirty, mined, summ, failed } };
  } finally {
    await server.stop();
  }
}

/** Changes the record of a run and writes it as timelab would, so that only what it says is wrong. */
export async function editRecord(folder: string, edit: (run: Manifest) => void): Promise<void> {
  const { manifest }: FoundRun = await readRun(join(folder, 'run.json'));
  edit(manifest);
  await writeFile(join(folder, 'run.json'), formatManifest(manifest));
}

/** Changes one byte of a file, at its beginning, middle or end. */
export async function flipByte(path: string, at: 'first' | 'middle' | 'last' = 'middle'): Promise<void> {
  const bytes = await readFile(path);
  const place = { first: 0, middle: bytes.length >> 1, last: bytes.length - 1 }[at];
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

/** The paths of all files below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}
