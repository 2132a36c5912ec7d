import type { Manifest } from '../src/record/manifest.ts';
import { readManifest } from '../src/record/read-manifest.ts';
import { examples } from './examples.ts';

/** A digest that no record here has. */
export const other = 'f'.repeat(64);

/** A record of the published examples. */
export function example(file: string): Manifest {
  const found = examples('valid').find((one) => one.file === file);
  const reading = readManifest(found?.bytes ?? new Uint8Array());
  if ('faults' in reading) throw new Error(file);
  return reading.manifest;
}

/** A record of `ai` that says all that a comparison looks at. */
export const asked: Manifest = (() => {
  const run = example('run-ok.json');
  return {
    ...run,
    git: { dirty: false, code_sha256: '1'.repeat(64) },
    inputs: [
      ...run.inputs,
      { path: 'input/files/01-notes.md', source: 'notes.md', bytes: 3, sha256: 'a'.repeat(64) },
    ],
  };
})();
/** The model of that record. */
export const model = asked.model as NonNullable<Manifest['model']>;

/** A record of `mine`. */
export const mined: Manifest = (() => {
  const { model: _, ...run } = asked;
  const history = {
    repository: { path: '.' },
    head: '2'.repeat(40),
    object_format: 'sha1' as const,
    shallow: false,
    commits: 5,
    ids_sha256: '3'.repeat(64),
    flags: { rename_limit: 1000 },
    stream_sha256: '4'.repeat(64),
  };
  const list = { path: 'input/commits.txt', source: 'git rev-list', bytes: 205, sha256: '3'.repeat(64) };
  return { ...run, task: { ...run.task, kind: 'mining' }, history, inputs: [...run.inputs, list] };
})();

/** The record with something of its model changed. */
export const withModel = (changes: Partial<NonNullable<Manifest['model']>>, run = asked): Manifest => ({
  ...run,
  model: { ...model, ...changes },
});
/** The mined record with something of its history changed. */
export const withHistory = (changes: Partial<NonNullable<Manifest['history']>>): Manifest => ({
  ...mined,
  history: { ...(mined.history as NonNullable<Manifest['history']>), ...changes },
});
/** The record with something of its environment changed. */
export const withEnv = (changes: Partial<Manifest['env']>): Manifest => ({
  ...asked,
  env: { ...asked.env, ...changes },
});
