import { relative, resolve } from 'node:path';
import { DEFAULT_MODEL, type LedgerRow, parseWords, rankOf } from '@timelab/core';
import { listSpecs, openLab, readLedger } from '@timelab/store';
import { gitToplevel } from './effects/lab.ts';
import type { World } from './world.ts';

/** What a lab knows that a shell can offer for a word. */
export type Offered = 'run' | 'model' | 'spec' | 'tag';

/** How many words are offered at most: more than a person reads, few enough for a shell. */
const MOST_OFFERED = 100;

// Other characters would have to be quoted, and shells that expand what they are offered would run some of them.
const plain = /^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+:,./=~-]*$/;

/** The words of a kind that begin as the typed one does, the newest first; none where there is no lab, or it cannot be read. */
export async function offeredWords(
  world: World,
  labFolder: string | undefined,
  kind: Offered,
  typed: string,
): Promise<string[]> {
  const root = labFolder === undefined ? gitToplevel(world.cwd) : resolve(world.cwd, labFolder);
  if (root === undefined) return [];
  // Somebody is in the middle of a line: what is wrong with the lab is said when the command is called.
  const words = await wordsOf(world, root, kind, typed).catch(() => []);
  const fitting = new Set(words.filter((word) => word.startsWith(typed) && plain.test(word)));
  return [...fitting].slice(0, MOST_OFFERED);
}

async function wordsOf(world: World, root: string, kind: Offered, typed: string): Promise<string[]> {
  const lab = openLab(root);
  if (kind === 'spec') {
    const specs = await listSpecs(lab, MOST_OFFERED);
    return specs.map((path) => relative(world.cwd, resolve(root, path)));
  }
  const rows = newestFirst(await readLedger(lab));
  if (kind === 'model') return [...rows.map(({ model }) => model), DEFAULT_MODEL];
  if (kind === 'tag') return rows.flatMap(({ tags }) => parseWords(tags));
  // As many digits as name a run nearly always; somebody who types on has a reason to.
  const digits = Math.max(8, typed.length);
  return ['latest', 'latest~1', ...rows.map(({ run_id }) => run_id.slice(0, digits))];
}

function newestFirst(rows: readonly LedgerRow[]): LedgerRow[] {
  return [...rows].sort((a, b) => (rankOf(a) < rankOf(b) ? 1 : -1));
}
