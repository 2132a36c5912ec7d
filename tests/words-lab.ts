import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { done, lines } from '../packages/models/test/fault-server.ts';
import { git, type MinedWorld, minedWorld } from './mined-history.ts';
import { idsOf, type MinedRun, mined, miningSpec, textOf } from './mining.ts';
import { needHelpers } from './needed-helpers.ts';
import { recordedAnswers } from './recordings.ts';
import { copyLab, ended, type Place, put, startTimelab, temporaryFolder, timelab } from './rig.ts';

type Env = NonNullable<Place['env']>;

/** A value that is in the newest commit of the history, and is a secret where a test says so. */
export const secret = 'kiln-4711-north';

/** Where the spec of `mine` lies: in a year, so that another one is no other code. */
export const spec = '2026/words.json';

/** A lab for one test, and the repository whose commits a model is asked about. */
export interface WordsLab {
  lab: string;
  repository: string;
}

/** Gives each test of a file a lab of its own; the history is made once, with a large diff and a secret on top of `main`. */
export function wordsLab(): WordsLab {
  const given = {} as WordsLab;
  let world: MinedWorld;
  beforeAll(async () => {
    world = await minedWorld(6);
    given.repository = world.repository;
    await addCommits(world.repository);
  });
  afterAll(async () => await world.remove());
  beforeEach(async (context) => {
    needHelpers(context);
    given.lab = await copyLab(world.lab);
  });
  return given;
}

async function addCommits(repository: string): Promise<void> {
  await git(repository, 'checkout', '-q', '-f', '-b', 'more', 'main');
  await put(repository, 'large.txt', 'A line of some words.\n'.repeat(3000));
  await put(repository, 'settings.env', `KEY=${secret}\n`);
  for (const name of ['large.txt', 'settings.env']) {
    await git(repository, 'add', name);
    await git(repository, 'commit', '-qm', `feat: ${name}`);
  }
  await git(repository, 'tag', 'large', 'more~1');
}

/** A scripted answer of Ollama's. */
export const says = (content: string) => lines({ message: { content } }, done());

/** How often a scripted Ollama was asked a question. */
export const chats = ({ asked }: { readonly asked: readonly string[] }) =>
  asked.filter((path) => path === '/api/chat').length;

/** A spec of `mine` that wants a model's words about so many commits. */
export const words = ({ repository }: WordsLab, limit: number, more: object = {}) =>
  miningSpec(repository, {
    config: { limit, analyze: { llm_analysis: { enabled: true, model: 'ollama:m', ...more } } },
  });

/** Mines what the spec of a lab says. */
export const mine = async (lab: string, env: Env, ...flags: string[]) =>
  await mined(lab, ['mine', '--spec', spec, ...flags], env);

/** The lines of a run's answers. */
export const linesOf = async (run: MinedRun) =>
  (await textOf(run, 'output/output.jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The pages of a run's commits. */
export async function pagesOf(run: MinedRun): Promise<string[]> {
  const pages = (await idsOf(run)).map((id) => `output/commit_${id.slice(0, 12)}/analysis_summary.md`);
  return await Promise.all(pages.map((page) => textOf(run, page)));
}

/** A copy of a lab as git has it, in which nothing but what is tracked can answer. */
export async function cloneOf(lab: string): Promise<string> {
  await git(lab, 'add', '-A');
  await git(lab, 'commit', '-qm', 'a day of work');
  const clone = join(await temporaryFolder(), 'clone');
  await git(lab, 'clone', '-q', lab, clone);
  return clone;
}

/** Starts to mine, and kills it once so many answers are recorded; says whether that was before its end. */
export async function killAfter(
  lab: string,
  env: Env,
  answers: number,
  ...flags: string[]
): Promise<boolean> {
  const child = startTimelab(['mine', '--spec', spec, ...flags], { cwd: lab, env });
  const over = ended(child);
  for (let tries = 0; (await recordedAnswers(lab)).length < answers; tries += 1) {
    if (tries > 4000) throw new Error(`never were ${answers} answers recorded`);
    await sleep(50);
  }
  child.kill('SIGKILL');
  return (await over).signal === 'SIGKILL';
}

/** The same of a run that then waits for an answer that does not come. */
export async function mineAndKill(...call: Parameters<typeof killAfter>): Promise<void> {
  expect(await killAfter(...call)).toBe(true);
}

/** Has every run of a lab verified, which has to find no fault. */
export async function expectWhole(lab: string): Promise<void> {
  const { code, stderr } = await timelab(['verify', '--all'], { cwd: lab });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(' whole') });
}
