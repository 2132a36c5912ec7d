import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unless } from './disk-problem.ts';
import { createFileDurable } from './durable-file.ts';
import type { Lab } from './lab.ts';
import { refuseLinks } from './linked-folder.ts';

/**
 * Makes timelab's own folder in a lab, where nothing lies that is worth keeping; gives its path. Throws `path_escapes` where a
 * link stands there: what is written or cleared behind it would be somebody else's.
 */
export async function makeOwnFolder(lab: Lab): Promise<string> {
  const own = join(lab.root, '.timelab');
  await refuseLinks(lab.root, own);
  await unless(['EEXIST'], mkdir(own));
  // Git is told so here, so that no lab has to say it.
  await createFileDurable(join(own, '.gitignore'), '*\n');
  return own;
}
