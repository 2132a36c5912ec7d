import type { Json } from '../json/canonical-json.ts';
import { manifestLimits, readJson } from '../json/strict-json.ts';
import { check } from '../problem/explain.ts';
import { type Fault, Problem } from '../problem/problem.ts';
import { MANIFEST_VERSION, type Manifest, manifest } from './manifest.ts';
import { type NewerManifest, newerVersion, readNewer } from './newer-manifest.ts';

/**
 * A manifest, or everything that is wrong with it, said at once. One that a later version of timelab has written is
 * read as far as this one knows its fields, and says so; such a one must not be written back.
 */
export type ManifestReading =
  | { readonly manifest: Manifest; readonly newer?: NewerManifest }
  | {
      readonly faults: readonly Fault[];
      /** Whether the bytes could not be had at all: then nothing is known of the record, and it may be well. */
      readonly unreadable?: true;
    };

/** Reads the bytes of a run.json and checks them against the schema. */
export function readManifest(bytes: Uint8Array): ManifestReading {
  const { value, faults } = readJson(bytes, manifestLimits);
  if (value === undefined || faults.length > 0) return { faults };
  const version = newerVersion(value, MANIFEST_VERSION);
  if (version !== undefined) return readNewer(value as Record<string, Json>, version);
  const result = check(manifest(), value);
  return 'value' in result ? { manifest: result.value } : result;
}

/**
 * A manifest as run.json holds it: two spaces deep, ended by a line end, in the order of the schema's fields.
 * Throws `manifest_invalid` for one that could be written but not read again, such as one that is too long.
 */
export function formatManifest(value: Manifest): string {
  // Parsing puts the fields in the schema's order, so that equal records are equal bytes.
  const text = `${JSON.stringify(manifest().parse(value, { jitless: true }), null, 2)}\n`;
  const reading = readManifest(new TextEncoder().encode(text));
  if ('manifest' in reading) return text;
  const [place, reason] = [reading.faults[0]?.pointer || 'it', reading.faults[0]?.reason];
  throw new Problem(
    'manifest_invalid',
    `The record of the run could not be read again: ${place} ${reason}.`,
    {
      hint: 'Nothing was written. Please report it, with the line above.',
      faults: reading.faults,
    },
  );
}
