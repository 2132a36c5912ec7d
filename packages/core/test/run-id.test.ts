import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NO_COMMIT, NO_FLAKE_LOCK, runFolderName, runId } from '../src/record/run-id.ts';
import { examplesFolder } from './examples.ts';

interface GoldenId {
  readonly spec_sha256: string;
  readonly git_sha: string;
  readonly flake_lock_sha256: string;
  readonly timestamp_start: string;
  readonly run_id: string;
}

const golden: GoldenId[] = JSON.parse(readFileSync(new URL('golden.json', examplesFolder), 'utf8')).run_ids;

const partsOf = (id: GoldenId) => ({
  specHash: id.spec_sha256,
  gitSha: id.git_sha,
  flakeLockSha256: id.flake_lock_sha256,
  timestampStart: id.timestamp_start,
});

describe('run ids', () => {
  test('there are golden ones for git, no git and git with SHA-256', () => {
    expect(golden.map(({ git_sha }) => git_sha.length)).toEqual(expect.arrayContaining([40, 64]));
    expect(golden.map(({ git_sha }) => git_sha)).toContain(NO_COMMIT);
    expect(golden.map(({ flake_lock_sha256 }) => flake_lock_sha256)).toContain(NO_FLAKE_LOCK);
  });

  test.each(golden)('$run_id is recomputed by core and by sha256sum', (id) => {
    expect(runId(partsOf(id))).toBe(id.run_id);
    const joined = id.spec_sha256 + id.git_sha + id.flake_lock_sha256 + id.timestamp_start;
    const printed = execFileSync('sha256sum', { input: joined, encoding: 'utf8' });
    expect(printed).toBe(`${id.run_id}  -\n`);
  });

  test('every part counts', () => {
    const parts = partsOf(golden[0] as GoldenId);
    const ids = Object.keys(parts).map((part) => runId({ ...parts, [part]: 'other' }));
    expect(new Set([runId(parts), ...ids]).size).toBe(5);
  });

  test('a folder is named by time of day, name and the first of the id', () => {
    expect(runFolderName('2025-10-15T10:23:00.481Z', 'haiku', 'cea01c80aad9')).toBe('102300Z_haiku_cea01c80');
  });
});
