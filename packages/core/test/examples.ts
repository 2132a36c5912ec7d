import { readdirSync, readFileSync } from 'node:fs';
import type { Fault } from '../src/problem/problem.ts';
import { newerFault } from '../src/record/newer-manifest.ts';
import { readManifest } from '../src/record/read-manifest.ts';
import { readSpec } from '../src/spec/read-spec.ts';

/** The folder of examples that readers in every language are held to. */
export const examplesFolder = new URL('../../../schemas/examples/', import.meta.url);

/** One example file: its name, whether it is a spec or a manifest, and its bytes. */
export interface Example {
  readonly file: string;
  readonly what: 'spec' | 'manifest';
  readonly bytes: Uint8Array;
}

/** The files of one half of the examples, by name; a manifest's name begins with `run-`. */
export function examples(half: 'valid' | 'invalid'): Example[] {
  const folder = new URL(`${half}/`, examplesFolder);
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      file,
      what: file.startsWith('run-') ? 'manifest' : 'spec',
      bytes: readFileSync(new URL(file, folder)),
    }));
}

/** All that core finds wrong with an example. */
export function faultsOf({ what, bytes }: Example): readonly Fault[] {
  const reading = what === 'spec' ? readSpec(bytes) : readManifest(bytes);
  if ('faults' in reading) return reading.faults;
  return 'newer' in reading && reading.newer !== undefined ? [newerFault(reading.newer)] : [];
}
