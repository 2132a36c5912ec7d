import { sha256 } from '../hash.ts';
import type { Manifest } from './manifest.ts';

type NamedByRecord = Pick<Manifest, 'task' | 'git_sha' | 'flake_lock_sha256' | 'timestamp_start'>;

/** The four facts that a run is named by. */
export interface RunIdParts {
  /** The sha256 of the spec file's bytes. */
  readonly specHash: string;
  readonly gitSha: string;
  readonly flakeLockSha256: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly timestampStart: string;
}

/**
 * Names a run: the lower-case hex sha256 of the four strings joined with nothing between them, so that
 * `printf %s%s%s%s … | sha256sum` recomputes it.
 */
export function runId(parts: RunIdParts): string {
  return sha256(parts.specHash + parts.gitSha + parts.flakeLockSha256 + parts.timestampStart);
}

/** The id that the four parts in a record make; one that was touched has another. */
export function idOfRecord({ task, git_sha, flake_lock_sha256, timestamp_start }: NamedByRecord): string {
  return runId({
    specHash: task.inputs_hash,
    gitSha: git_sha,
    flakeLockSha256: flake_lock_sha256,
    timestampStart: timestamp_start,
  });
}

/** What stands for a commit where there is none: as many zeros as the repository's ids have digits, 40 or 64. */
export const NO_COMMIT = '0'.repeat(40);

/** What stands for the digest of a flake.lock where there is none. */
export const NO_FLAKE_LOCK = '0'.repeat(64);

/** The name of a run's folder: the time of day, the run's name, and the first 8 digits of its id. */
export function runFolderName(timestampStart: string, name: string, id: string): string {
  const time = timestampStart.slice(11, 19).replaceAll(':', '');
  return `${time}Z_${name}_${id.slice(0, 8)}`;
}
