import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { done, entry, lines, startFaultServer } from '../packages/models/test/fault-server.ts';
import { faultsBySchema } from './published-schema.ts';
import { copyLab, llmSpec, type Place, program, put, type Ran, timelab } from './rig.ts';
import { type FoundRun, onlyRun, readRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

/** What `repro --json` gave: its verdict, the run that it made, if it made one, and what it said. */
export interface Repetition {
  readonly data: Readonly<Record<string, unknown>>;
  readonly run: FoundRun | undefined;
  readonly ran: Ran;
}

/** Repeats a run, and holds what is printed against what is recorded. */
export async function repeat(
  lab: string,
  word: string,
  env: Place['env'] = {},
  ...flags: string[]
): Promise<Repetition> {
  const ran = await timelab(['repro', word, '--json', ...flags], { cwd: lab, env });
  const result = JSON.parse(ran.stdout);
  expect(faultsBySchema('result', result)).toEqual([]);
  const { data } = result;
  expect(faultsBySchema('data', { repro: data })).toEqual([]);
  expect({ code: ran.code, ok: result.ok }).toEqual(
    data.verdict === 'same' ? { code: 0, ok: true } : { code: 65, ok: false },
  );
  if (data.run === null) return { data, run: undefined, ran };
  const run = await readRun(result.artifacts[0]);
  const { verdict, changed, causes, first_difference } = data;
  const place = first_difference === null ? {} : { first_difference };
  expect(run.manifest.repro).toEqual({ verdict, changed, causes, ...place });
  expect(run.manifest).toMatchObject({ run_id: data.run, parent_run_id: data.parent });
  expect(faultsBySchema('run', run.manifest)).toEqual([]);
  return { data, run, ran };
}

/** A scripted reply of a text, in pieces, as Ollama sends them. */
export const saying = (text: string) =>
  lines(...[...text].map((content) => ({ message: { content } })), done());

/** The text of a file of a run. */
export const fileOf = async ({ folder }: FoundRun, path: string) =>
  await readFile(join(folder, path), 'utf8');

/** What the first model answered, and what a second one can: both of two lines, and they part in the second. */
export const first = 'Red, green\nand blue.';
export const other = 'Red, green\nand black.';

/** Where the spec and its file lie, in a day: what is done to them there is no change of code. */
export const specPath = '2025/01/01/ai-team/specs/why.json';
export const notesPath = '2025/01/01/ai-team/specs/notes.md';

/** What a run is repeated in: other replies of the server, another environment. */
export interface Now {
  readonly replies?: Parameters<typeof startFaultServer>[0];
  readonly env?: Place['env'];
}

/** A lab for one test, and the one run in it that is repeated. */
export interface AnsweredLab {
  lab: string;
  parent: FoundRun;
}

/** Gives each test of a file a lab of its own with one run in it: made once, as to make it anew takes longer than to copy it. */
export function answeredLab(): AnsweredLab {
  const given = {} as AnsweredLab;
  let made: string;
  beforeAll(async () => {
    made = await answeredWorld();
  });
  afterAll(async () => await rm(made, { recursive: true, force: true, maxRetries: 5 }));
  beforeEach(async () => {
    given.lab = await copyLab(join(made, 'lab'));
    given.parent = await onlyRun(given.lab);
  });
  return given;
}

/** Makes a lab in which a scripted model has answered, in a new folder, whose path it gives. */
async function answeredWorld(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'timelab-answered-')));
  const lab = join(folder, 'lab');
  await timelab(['init', lab], { cwd: folder });
  await put(lab, notesPath, 'Colours.\n');
  await put(
    lab,
    specPath,
    llmSpec({ config: { model: 'ollama:m' }, inputs: { prompt: 'Which?', files: ['notes.md'] } }),
  );
  await commitAll(lab);
  const server = await startFaultServer({ '/api/chat': saying(first) });
  await ask(lab, ['--spec', specPath], { OLLAMA_HOST: server.url, TIMELAB_FLAKE: await flakeOf('a') });
  await server.stop();
  return folder;
}

/** Runs a spec, whether its answer passes its checks or not. */
export async function ask(lab: string, args: readonly string[], env: Place['env'] = {}): Promise<FoundRun> {
  const ran = await timelab(['ai', ...args], { cwd: lab, env });
  return await readRun(ran.stdout.split('\n')[0] ?? '');
}

/** Commits all that stands in a lab. */
export async function commitAll(lab: string): Promise<void> {
  await program('git', ['add', '-A'], { cwd: lab });
  await program('git', ['commit', '-qm', 'more'], { cwd: lab });
}

/** A file with what the package of a flake tells of itself; the same path for the same revision. */
export async function flakeOf(rev: string): Promise<string> {
  const folder = join(tmpdir(), 'timelab-test-flakes');
  const path = join(folder, `${rev}.json`);
  // Tests of other files read it meanwhile: they find the old one or the new one, and never half of one.
  await rename(await put(folder, `${rev}.${randomUUID()}`, { rev }), path);
  return path;
}

/** Repeats a run of that lab on a server that answers so, in an environment that is else as it was. */
export async function repeatOn(
  { folder }: FoundRun,
  answer: string,
  { replies = {}, env = {} }: Now = {},
  ...flags: string[]
): Promise<Repetition> {
  const { env: model } = await scriptedModel({ '/api/chat': saying(answer), ...replies });
  const lab = folder.slice(0, folder.lastIndexOf('/lab/') + '/lab'.length);
  return await repeat(lab, folder, { ...model, TIMELAB_FLAKE: await flakeOf('a'), ...env }, ...flags);
}

/** Ollama's list of a model whose digest is another. */
export const otherDigest = { models: [{ ...entry, digest: 'c'.repeat(64) }] };
