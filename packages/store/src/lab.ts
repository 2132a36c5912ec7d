import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Mask, Problem } from '@timelab/core';

/** A lab on disk: a folder that holds days. */
export interface Lab {
  /** The absolute path of the folder. */
  readonly root: string;
  /** What every file of a run goes through before it is written; left out, nothing is masked. */
  readonly mask?: Mask;
  /** The mode of run folders; left out, they are their owner's alone. */
  readonly runMode?: number;
}

/** Opens the lab at a folder; throws `lab_not_found` where there is none. */
export function openLab(root: string): Lab {
  if (!isFolder(root)) throw new Problem('lab_not_found', `${root} is not a folder.`);
  return { root: resolve(root) };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Below a file, a loop of links, too long a name: whatever the reason, no lab is there.
    return false;
  }
}
