import { check } from './explain.ts';
import { type Manifest, manifest } from './manifest.ts';
import type { Fault } from './problem.ts';
import { manifestLimits, readJson } from './strict-json.ts';

/** A manifest, or everything that is wrong with it, said at once. */
export type ManifestReading = { readonly manifest: Manifest } | { readonly faults: readonly Fault[] };

/** Reads the bytes of a run.json and checks them against the schema. */
export function readManifest(bytes: Uint8Array): ManifestReading {
  const { value, faults } = readJson(bytes, manifestLimits);
  if (value === undefined || faults.length > 0) return { faults };
  const result = check(manifest, value);
  return 'value' in result ? { manifest: result.value } : result;
}

/** A manifest as run.json holds it: two spaces deep, ended by a line end, in the order of the schema's fields. */
export function formatManifest(value: Manifest): string {
  // Parsing puts the fields in the schema's order, so that equal records are equal bytes.
  return `${JSON.stringify(manifest.parse(value), null, 2)}\n`;
}
