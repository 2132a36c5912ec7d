import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Commit } from '../../packages/core/src/index.ts';
import { Repository } from './repository.ts';

/** Lines added and deleted in a file by its path in bytes (as latin1); null for a binary one. */
export type Counts = Readonly<Record<string, readonly [added: number, deleted: number] | null>>;

/** Another repository's objects as git itself reads them where nothing is configured. */
export class Truth {
  private readonly clean: Repository;

  constructor(path: string, objects: string, format: string, shallow: string) {
    this.clean = new Repository(path, `--object-format=${format}`);
    // What the objects themselves say, not what another file says of them.
    this.clean.git(['config', 'core.commitGraph', 'false']);
    writeFileSync(join(this.clean.objects, 'info', 'alternates'), `${objects}\n`);
    if (shallow !== '') writeFileSync(join(path, 'shallow'), shallow);
  }

  /** What `git log --numstat -M` counts in one commit, a merge against its first parent. */
  counts(id: string): Counts {
    const show = ['--numstat', '-M', '-z', '--format=', '--diff-merges=first-parent'];
    return readNumstat(this.clean.git(['log', '-1', '--no-ext-diff', '--no-textconv', ...show, id]));
  }

  /** Git's own text of the patch of one commit, by the flags that the manifest names. */
  patch(id: string): Buffer {
    const flags = ['--root', '-r', '-p', '-M', '-l1000', '-U3', '--full-index', '--no-commit-id'];
    return this.clean.git(['diff-tree', ...flags, '--diff-merges=first-parent', id]);
  }
}

/** Reads numstat's form with -z: of a rename, the third field is empty and two paths follow it. */
function readNumstat(output: Buffer): Counts {
  const fields = output.toString('latin1').split('\0');
  const counts: Record<string, readonly [number, number] | null> = {};
  for (let at = 0; at < fields.length - 1; at += 1) {
    const [, added = '', deleted = '', path = ''] =
      /^\n?(\d+|-)\t(\d+|-)\t(.*)$/s.exec(fields[at] ?? '') ?? [];
    if (path === '') at += 2;
    const name = path === '' ? fields[at] : path;
    counts[name ?? ''] = added === '-' ? null : [Number(added), Number(deleted)];
  }
  return counts;
}

/** The same of a record. */
export function countsOf({ files }: Commit): Counts {
  return Object.fromEntries(
    files.map((file) => [bytesOf(file.path, file.path_b64), file.binary ? null : [file.added, file.deleted]]),
  );
}

/** The bytes of a text of a record, as latin1: those in base64 where the text itself is not all of them. */
export function bytesOf(text: string, base64?: string): string {
  return (base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64')).toString('latin1');
}
