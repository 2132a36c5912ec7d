import { writeFile } from 'node:fs/promises';
import { canonicalJson, type Json, type KeptAnswer, type WordsRequest, wordsLine } from '@timelab/core';
import type { WorkPlaces } from './resume-point.ts';

/** What a model said of a commit, what it was asked, and how much of the diff it was given. */
export interface Said extends WordsRequest {
  readonly commit: string;
  readonly answer: KeptAnswer;
}

/** Writes down what a model was asked and what it said, a line for each commit. */
export async function writeAnswers({ answers, requests }: WorkPlaces, said: readonly Said[]): Promise<void> {
  const asked = said.map(({ commit, request }, index) => {
    const messages = request.messages.map((message) => ({ ...message }));
    return `${canonicalJson({ index, commit, messages } as Json)}\n`;
  });
  const lines = said.map(({ commit, answer, given }, index) => wordsLine(index, commit, answer, given));
  await writeFile(requests, asked.join(''));
  await writeFile(answers, lines.join(''));
}
