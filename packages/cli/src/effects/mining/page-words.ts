import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitFolder, type ModelDescription, sha256, wordsSection } from '@timelab/core';
import { visible } from '../../visible.ts';
import type { Said } from './answers.ts';
import type { WorkPlaces } from './resume-point.ts';

/** Adds a model's words to the pages of commits, as a section marked as its, and puts the pages' digests right. */
export async function appendWords(
  { output, pageSums }: WorkPlaces,
  model: ModelDescription,
  said: ReadonlyMap<string, Said>,
): Promise<void> {
  const digests = new Map<string, string>();
  for (const [id, { text, given }] of said) {
    const page = `${commitFolder(id)}/analysis_summary.md`;
    const path = join(output, page);
    const whole = (await readFile(path, 'utf8')) + wordsSection(model, visible(text), given);
    await writeFile(path, whole);
    digests.set(page, sha256(whole));
  }
  if (!existsSync(pageSums)) return;
  const lines = (await readFile(pageSums, 'utf8')).split('\n');
  const mended = lines.map((line) => {
    const digest = digests.get(line.slice(66));
    return digest === undefined ? line : `${digest}  ${line.slice(66)}`;
  });
  await writeFile(pageSums, mended.join('\n'));
}
