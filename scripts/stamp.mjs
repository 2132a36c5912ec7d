import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './repository.mjs';

/**
 * Remembers, in a file that lies with the result, from which inputs the result was made: so deleting the result forgets
 * it too. `inputs` are files and folders; folders are read whole. Their names and bytes count, their times do not.
 */
export function stamp(file, inputs) {
  const now = () => digest(inputs);
  return {
    holds: () => readIfThere(file) === now(),
    set: () => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, now());
    },
  };
}

function digest(inputs) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of inputs.flatMap(filesUnder)) {
    const bytes = readFileSync(file);
    hash.update(`${relative(root, file)} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name !== 'node_modules' && name !== 'dist');
  return names.sort().flatMap((name) => filesUnder(join(path, name)));
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
