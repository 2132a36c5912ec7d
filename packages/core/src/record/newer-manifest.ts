import type { Json } from '../json/canonical-json.ts';
import { toPointer } from '../json/strict-json.ts';
import { check, placesAtFault } from '../problem/explain.ts';
import type { Fault } from '../problem/problem.ts';
import { MANIFEST_VERSION, type Manifest, manifest } from './manifest.ts';

/** What a later version of timelab wrote into a manifest that this one does not know. */
export interface NewerManifest {
  /** Its `schema_version`. */
  readonly version: string;
  /** JSON pointers (RFC 6901) to what was passed over. */
  readonly unread: readonly string[];
}

/** The schema version of a document if it is later than a known one; both have the form 1.0. */
export function newerVersion(value: Json, known: string): string | undefined {
  const version = typeof value === 'object' && value !== null ? Object(value)['schema_version'] : undefined;
  if (typeof version !== 'string' || !/^\d{1,6}\.\d{1,6}$/.test(version)) return undefined;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [knownMajor = 0, knownMinor = 0] = known.split('.').map(Number);
  const later = major > knownMajor || (major === knownMajor && minor > knownMinor);
  return later ? version : undefined;
}

/** Says of a manifest of a later version that it was read only in part. */
export function newerFault({ version, unread }: NewerManifest): Fault {
  const left = unread.length === 0 ? '' : `, without ${unread.slice(0, 5).join(', ')}`;
  const more = unread.length > 5 ? ` and ${unread.length - 5} more` : '';
  const known = JSON.stringify(MANIFEST_VERSION);
  return {
    pointer: '/schema_version',
    reason: `is "${version}", newer than the ${known} that this timelab knows; it is read as far as that goes${left}${more}`,
  };
}

/**
 * Reads a manifest of a later version as far as this one goes: fields that are unknown, or hold what they could not
 * hold before, are passed over. Gives faults where those that every manifest has cannot be read.
 */
export function readNewer(
  value: Readonly<Record<string, Json>>,
  version: string,
): { manifest: Manifest; newer: NewerManifest } | { faults: Fault[] } {
  const rest = structuredClone({ ...value, schema_version: MANIFEST_VERSION });
  const unread: string[] = [];
  const first = check(manifest(), rest);
  for (let result = first; ; result = check(manifest(), rest)) {
    if ('value' in result) return { manifest: result.value, newer: { version, unread: outermost(unread) } };
    // All places, not only those that are told: a record of very many would be read anew for each hundred of them.
    const dropped = placesAtFault(manifest(), rest)
      .map((place) => drop(rest, place))
      .filter((one) => one !== undefined);
    // The faults as they were found first: what has been taken away since would be told to be missing.
    if (dropped.length === 0)
      return { faults: [newerFault({ version, unread: [] }), ...('faults' in first ? first.faults : [])] };
    for (const one of dropped) unread.push(one);
  }
}

/** Pointers without those of what lies inside another. */
function outermost(pointers: readonly string[]): string[] {
  const kept: string[] = [];
  // With "/" at the end, what lies inside another comes right after it, and nothing else between.
  for (const pointer of pointers.map((one) => `${one}/`).sort())
    if (!pointer.startsWith(kept.at(-1) ?? '\n')) kept.push(pointer);
  return kept.map((pointer) => pointer.slice(0, -1)).sort();
}

/** Takes away what is at fault, or what lacks something; says its pointer, or nothing where that is the whole. */
function drop(
  whole: Record<string, Json>,
  { path, isMissing }: ReturnType<typeof placesAtFault>[number],
): string | undefined {
  const steps = isMissing ? path.slice(0, -1) : [...path];
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  let holder: Json | undefined = whole;
  for (const step of steps.slice(0, -1)) holder = Object(holder)[step] as Json | undefined;
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, last)) return undefined;
  // An array keeps its length: what is taken from it is found again as missing, and goes with the whole array.
  Reflect.deleteProperty(holder, last);
  return toPointer(steps);
}
