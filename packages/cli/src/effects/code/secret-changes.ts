import { type Mask, secretIn } from '@timelab/core';
import type { Git } from './rebuild-tree.ts';

/** A changed file whose patch would hold a secret. */
export interface SecretChange {
  /** Its path from the top of the repository, its bytes read as Latin-1. */
  readonly path: string;
  /** What was seen, in words that do not repeat it. */
  readonly what: string;
  /** Mode and id that the commit has for it; a mode of zeros where it has none. */
  readonly committed: string;
}

// As the patch that is kept, but with binary files in the open, where they can be read.
const diff = ['diff-index', '--cached', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv'];

/**
 * The files whose changes in the index hold what looks like a secret: a known one, or a well-known form of token; in lines
 * that come, go, or stand beside, and in names. Undefined where git could not be read so.
 */
export async function secretChanges(git: Git, known: Mask): Promise<SecretChange[] | undefined> {
  const [patch, raw] = await Promise.all([
    git(...diff, '--patch', '--text', 'HEAD', '--'),
    git(...diff, '--raw', '--no-abbrev', '-z', 'HEAD', '--'),
  ]);
  if (patch.code + raw.code !== 0) return undefined;
  // Nearly always there is none, and nothing to be told apart.
  if (secretIn(patch.stdout, known) === undefined) return [];
  const text = patch.stdout.toString('latin1');
  const sections = text.split(/^(?=diff --git )/m).filter((section) => section !== '');
  const changes = readRaw(raw.stdout.toString('latin1'));
  const found: SecretChange[] = [];
  for (const { path, committed, sections: own } of changes) {
    const what = secretIn(Buffer.from(sections.splice(0, own).join(''), 'latin1'), known);
    if (what !== undefined) found.push({ path, what, committed });
  }
  // Sections and files that do not pair off could have been told apart wrongly.
  return sections.length === 0 && found.length > 0 ? found : undefined;
}

interface Change {
  readonly path: string;
  readonly committed: string;
  /** In how many sections a patch shows it: what becomes another kind of thing is deleted and made anew. */
  readonly sections: number;
}

/** Reads `git diff-index --raw -z`: mode, mode, id, id and letter, then the path. */
function readRaw(text: string): Change[] {
  const fields = text.split('\0');
  const changes: Change[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [mode = '', , id = '', , letter = ''] = (fields[at] ?? '').slice(1).split(' ');
    changes.push({
      path: fields[at + 1] ?? '',
      committed: `${mode} ${id}`,
      sections: letter === 'T' ? 2 : 1,
    });
  }
  return changes;
}
