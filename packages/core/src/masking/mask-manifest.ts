import type { Manifest } from '../record/manifest.ts';
import { runNameFrom } from '../spec/run-name.ts';
import type { Mask } from './mask.ts';

/** The fields whose values are digests: what timelab reckons, or names things by, is no secret, whatever it is equal to. */
const digestFields = new Set([
  ...['run_id', 'parent_run_id', 'inputs_key', 'inputs_hash', 'git_sha', 'flake_lock_sha256', 'code_sha256'],
  ...['sha256', 'hash', 'weights_sha256', 'ids_sha256', 'ends_sha256', 'stream_sha256', 'tree', 'head'],
  ...['rev', 'revision', 'narHash'],
]);

/** A record in which every known secret is masked, in all texts and keys but digests; a run's name stays one that paths can hold. */
export function maskedManifest(mask: Mask, manifest: Manifest): Manifest {
  if (mask.isEmpty) return manifest;
  const { digests, ...rest } = manifest;
  const masked = maskedValue(mask, rest) as Omit<Manifest, 'digests'>;
  const { name } = manifest.task;
  const task = { ...masked.task, name: mask.find(name) === undefined ? name : runNameFrom(mask.text(name)) };
  return { ...masked, task, digests };
}

/** A value in whose texts and keys every known secret is masked, but in fields that hold digests. */
export function maskedValue(mask: Mask, value: unknown, field = ''): unknown {
  if (typeof value === 'string') return digestFields.has(field) ? value : mask.text(value);
  if (Array.isArray(value)) return value.map((item) => maskedValue(mask, item, field));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [mask.text(key), maskedValue(mask, item, key)]);
  return Object.fromEntries(entries);
}
