import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitFolder, type ModelDescription, sha256, wordsSection } from '@timelab/core';
import { visible } from '../../visible.ts';
import type { Said } from './answers.ts';
import type { WorkPlaces } from './resume-point.ts';
import { mendSums } from './sums.ts';

/** Adds a model's words to the pages of commits, as a section marked as its, and puts the pages' digests right. */
export async function appendWords(
  { output, pageSums }: WorkPlaces,
  model: ModelDescription,
  said: readonly Said[],
): Promise<void> {
  const digests = new Map<string, string>();
  for (const { commit, answer, given } of said) {
    const page = `${commitFolder(commit)}/analysis_summary.md`;
    const path = join(output, page);
    const whole = (await readFile(path, 'utf8')) + wordsSection(model, visible(answer.text), given);
    await writeFile(path, whole);
    digests.set(page, sha256(whole));
  }
  await mendSums(pageSums, digests);
}
