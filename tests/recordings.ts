import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { put, type Ran, temporaryFolder, timelab } from './rig.ts';
import { type FoundRun, readRun } from './runs.ts';

/** Every recorded answer of a lab, by its path, in the order of their names. */
export async function recordedAnswers(lab: string): Promise<string[]> {
  const folder = join(lab, 'ai-recordings/answers');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json'));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** Everything that the recordings of a lab hold, as one text. */
export async function recordedText(lab: string): Promise<string> {
  const folder = join(lab, 'ai-recordings');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

type Env = Readonly<Record<string, string>>;

/** A machine that has no model: no weights, and no server where one would be. */
export async function nothingHere(): Promise<Env> {
  return {
    TIMELAB_MODELS: await temporaryFolder(),
    OLLAMA_HOST: '127.0.0.1:9',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
  };
}

/** Runs the spec of a lab, written anew where one is given. */
export async function askIn(
  lab: string,
  env: Env,
  flags: readonly string[] = [],
  spec?: object,
): Promise<Ran> {
  if (spec !== undefined) await put(lab, 'spec.json', spec);
  return await timelab(['ai', '--spec', 'spec.json', ...flags], { cwd: lab, env });
}

/** The same, which has to end well and say nothing; gives its run. */
export async function runIn(...call: Parameters<typeof askIn>): Promise<FoundRun> {
  const ran = await askIn(...call);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return await readRun(ran.stdout.split('\n')[0] ?? '');
}

/** What a run's output holds, its list of answers if nothing else is named. */
export async function outputOf({ folder }: FoundRun, file = 'output.jsonl'): Promise<string> {
  return await readFile(join(folder, 'output', file), 'utf8');
}
