import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unless } from './disk-problem.ts';
import { createFileDurable } from './durable-file.ts';
import type { Lab } from './lab.ts';

/** Makes timelab's own folder in a lab, where nothing lies that is worth keeping; gives its path. */
export async function makeOwnFolder(lab: Lab): Promise<string> {
  const own = join(lab.root, '.timelab');
  await unless(['EEXIST'], mkdir(own));
  // Git is told so here, so that no lab has to say it.
  await createFileDurable(join(own, '.gitignore'), '*\n');
  return own;
}
