import { createReadStream, existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  type Commit,
  canonicalJson,
  type Given,
  type Json,
  type ModelAnswer,
  type ModelRequest,
  wordsLine,
} from '@timelab/core';
import type { WorkPlaces } from './resume-point.ts';

/** What a model said of a commit, how much of the diff it was given, and what it used. */
export interface Said {
  readonly text: string;
  readonly given: Given;
  readonly tokens: { readonly input: number; readonly output: number };
}

/** The answers that an interrupted run has got already, by commit; what it had begun beyond them is cut away. */
export async function readAnswers({ answers, requests }: WorkPlaces): Promise<Map<string, Said>> {
  const said = new Map<string, Said>();
  const lines = await wholeLines(answers);
  // A question whose answer was not kept is asked again.
  await wholeLines(requests, lines.length);
  for (const line of lines) {
    const { commit, text: words, usage, diff } = JSON.parse(line);
    const tokens = { input: usage.tokens_input ?? 0, output: usage.tokens_output ?? 0 };
    said.set(commit, { text: words, given: { bytes: diff.given_bytes, of: diff.bytes }, tokens });
  }
  return said;
}

/** The first lines of a file that stand whole; what stands behind them is cut away. */
async function wholeLines(path: string, most = Number.POSITIVE_INFINITY): Promise<string[]> {
  if (!existsSync(path)) return [];
  const text = await readFile(path, 'utf8');
  const lines = text.split('\n').slice(0, -1).slice(0, most);
  const whole = lines.map((line) => `${line}\n`).join('');
  if (whole !== text) await writeFile(path, whole);
  return lines;
}

/** Keeps an answer, and before it what was asked, so that no answer stands without its question. */
export async function keepAnswer(
  { answers, requests }: WorkPlaces,
  index: number,
  commit: string,
  { answer, given, request }: { answer: ModelAnswer; given: Given; request: ModelRequest },
): Promise<Said> {
  const messages = request.messages.map((message) => ({ ...message }));
  await appendFile(requests, `${canonicalJson({ index, commit, messages } as Json)}\n`);
  await appendFile(answers, wordsLine(index, commit, answer, given));
  const tokens = { input: answer.tokensInput ?? 0, output: answer.tokensOutput ?? 0 };
  return { text: answer.text, given, tokens };
}

/** The first records of a stream. */
export async function* readRecords(path: string, most: number): AsyncGenerator<Commit> {
  let left = most;
  for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    if (left-- <= 0) return;
    yield JSON.parse(line) as Commit;
  }
}
