import { spawnSync } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '@timelab/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { explained } from '../src/disk-problem.ts';
import { identifySelf, settle, sync } from '../src/index.ts';
import { listRuns } from '../src/list-runs.ts';
import { bundle } from './bundle.ts';
import { rehashes } from './lab-inspection.ts';
import { withLab } from './temporary-lab.ts';

const self = identifySelf();
const isRoot = process.getuid?.() === 0;
const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
const asNobody = isRoot && spawnSync('setpriv', [...nobody, process.execPath, '--version']).status === 0;
let publisher: string;
let syncer: string;

beforeAll(async () => {
  [publisher, syncer] = await Promise.all([bundle('./publish.ts'), bundle('./sync-lab.ts')]);
});

test("a system's error is told with its place and reason, any other error as it is", async () => {
  await withLab(async (lab) => {
    const reading = explained(lab, () => readFile(join(lab.root, 'a/b')));
    await expect(reading).rejects.toThrow(new Problem('disk_error', 'a/b could not be written: it is gone.'));
    const bug = new TypeError('a bug');
    await expect(explained(lab, () => Promise.reject(bug))).rejects.toBe(bug);
  });
});

describe.skipIf(!asNobody)('as a user who may not write (needs root and setpriv)', () => {
  test('a publisher says so and leaves nothing', async () => {
    await withLab(async (lab) => {
      await chmod(lab.root, 0o755);
      const { status, stderr } = startAs(nobody, publisher, lab.root, '1', 'safe');
      expect(status).toBe(70);
      expect(stderr).toMatch(/^read_only: Problem: \.timelab could not be written: permission is denied\./);
    });
  });

  test('nor where others have published, and the place is named', async () => {
    await withLab(async (lab) => {
      await chmod(lab.root, 0o755);
      expect(startAs([], publisher, lab.root, '1', 'safe').status).toBe(0);
      const { status, stderr } = startAs(nobody, publisher, lab.root, '1', 'safe');
      expect(status).toBe(70);
      expect(stderr).toMatch(/^read_only: Problem: \.timelab\/running\/[0-9a-f]{64} could not be written: /);
    });
  });

  test('a sync changes nothing and says so', async () => {
    await withLab(async (lab) => {
      await chmod(lab.root, 0o755);
      expect(startAs([], publisher, lab.root, '1', 'safe').status).toBe(0);
      const before = await readFile(join(lab.root, 'runs.csv'));
      const { status, stderr } = startAs(nobody, syncer, lab.root);
      expect(status).toBe(1);
      expect(stderr).toMatch(/Problem: \S*runs\.csv could not be written: permission is denied\./);
      expect(await readFile(join(lab.root, 'runs.csv'))).toEqual(before);
      expect((await sync(lab, self)).rewritten).toEqual([]);
    });
  });
});

function startAs(user: readonly string[], ...args: string[]) {
  return spawnSync('setpriv', [...user, process.execPath, ...args], { encoding: 'utf8' });
}

const canMount = isRoot && canMountMemory();

function canMountMemory(): boolean {
  const command = 'd=$(mktemp -d) && mount -t tmpfs none "$d" && umount "$d" && rmdir "$d"';
  return spawnSync('sh', ['-c', command]).status === 0;
}

describe.skipIf(!canMount)('on a disk that is really full (needs the right to mount one)', () => {
  test('at every size a run is whole and acknowledged, or neither', async () => {
    const codes = new Set<number | null>();
    for (let kib = 4; kib <= 136; kib += 4) codes.add(await publishInto(kib));
    expect([...codes].sort()).toEqual([0, 70]);
  });
});

/** Publishes on a disk of so many KiB, looks at the outcome there and again when there is room; gives the exit code. */
async function publishInto(kib: number): Promise<number | null> {
  return withLab(async (lab) => {
    const mount = (...options: string[]) => spawnSync('mount', ['-t', 'tmpfs', ...options, 'none', lab.root]);
    mount('-o', `size=${kib}k`);
    try {
      const args = [publisher, lab.root, '1', 'safe'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect({ acknowledged: stdout !== '', kind: stderr.split(':')[0] }).toEqual(
        status === 0 ? { acknowledged: true, kind: '' } : { acknowledged: false, kind: 'disk_full' },
      );
      mount('-o', 'remount,size=1m');
      await settle(lab, self);
      const report = await sync(lab, self);
      expect(report).toMatchObject({ damaged: [], running: [], settled: [] });
      for await (const { path, reading } of listRuns(lab)) {
        // A run may be ok and whole without being acknowledged: its record was written, its row found no room.
        expect('manifest' in reading && rehashes(join(lab.root, path), reading.manifest)).toBe(true);
      }
      return status;
    } finally {
      spawnSync('umount', ['--lazy', lab.root]);
    }
  });
}
