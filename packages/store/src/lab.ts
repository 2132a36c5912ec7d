import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Problem } from '@timelab/core';

/** A lab on disk: a folder that holds days. */
export interface Lab {
  /** The absolute path of the folder. */
  readonly root: string;
}

/** Opens the lab at a folder; throws `lab_not_found` where there is none. */
export function openLab(root: string): Lab {
  const stats = statSync(root, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) throw new Problem('lab_not_found', `${root} is not a folder.`);
  return { root: resolve(root) };
}
