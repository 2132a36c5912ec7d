import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { planDay, type Runner } from '@timelab/core';
import { expect, test } from 'vitest';
import { claimRun, identifySelf, type Lab, makeDay, settle, sync } from '../src/index.ts';
import { placeMarker } from '../src/run-marker.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const self = identifySelf();
const dead: Runner = { ...self, pid: spawnSync('true').pid, started: '1' };
const clock = { now: () => new Date('2025-10-15T10:23:00.000Z') };
const day = '2025/10/15';
const escapes = { kind: 'path_escapes' };

/** Does something with a lab and a folder that is none of its business. */
async function withOutside(work: (lab: Lab, outside: string) => Promise<void>): Promise<void> {
  await withLab((lab) => withLab((outside) => work(lab, outside.root)));
}

async function putLink(lab: Lab, path: string, target: string): Promise<void> {
  await rm(join(lab.root, path), { recursive: true, force: true });
  await mkdir(dirname(join(lab.root, path)), { recursive: true });
  await symlink(target, join(lab.root, path));
}

test.each(['runs.csv', `${day}/runs.csv`])(
  'no row is added, and none read, over a link at %s',
  async (ledger) => {
    await withOutside(async (lab, outside) => {
      const victim = join(outside, 'victim');
      await writeFile(victim, 'precious\n');
      const run = await claimRun(lab, sampleDraft, clock, self);
      await putLink(lab, ledger, victim);
      const refusal = {
        kind: 'file_exists',
        message: expect.stringContaining(`${ledger} could not be written: a link`),
      };
      await expect(run.finish(endOf(run, clock.now()))).rejects.toMatchObject(refusal);
      await expect(sync(lab, self)).rejects.toMatchObject(refusal);
      expect(await readFile(victim, 'utf8')).toBe('precious\n');
    });
  },
);

test.each(['2025', '2025/10', day, `${day}/ai-team`, `${day}/ai-team/artifacts`])(
  'nothing is made, claimed or cleared behind a link at %s',
  async (path) => {
    await withOutside(async (lab, outside) => {
      await putLink(lab, path, outside);
      await expect(claimRun(lab, sampleDraft, clock, self)).rejects.toMatchObject(escapes);
      await expect(makeDay(lab, planDay(day))).rejects.toMatchObject(escapes);
      expect(await readdir(outside)).toEqual([]);
      expect(await readdir(lab.root)).toEqual(['2025']);
    });
  },
);

test('a sync clears nothing behind a link, but says where it stands', async () => {
  await withOutside(async (lab, outside) => {
    await putLink(lab, `${day}/ai-team`, outside);
    await mkdir(join(outside, 'artifacts/102300Z_mine_01234567'), { recursive: true });
    await expect(sync(lab, self)).rejects.toThrow(/^2025\/10\/15\/ai-team is a link/);
    expect(await readdir(join(outside, 'artifacts'))).toEqual(['102300Z_mine_01234567']);
  });
});

test.each([
  ...[
    '../victim',
    'victim',
    `${day}/victim`,
    `${day}/ai-team/artifacts/victim`,
    '2025/99/99/ai-team/artifacts',
  ],
  ...[`${day}/ai-team/artifacts/../../../../victim`, `${day}/elsewhere/102300Z_victim_01234567`],
  `2025/99/99/ai-team/artifacts/102300Z_victim_01234567`,
])('a mark for %s, where no run lies, removes nothing', async (path) => {
  await withLab(async (parent) => {
    const lab: Lab = { root: join(parent.root, 'lab') };
    await mkdir(join(lab.root, day, 'ai-team/artifacts'), { recursive: true });
    await mkdir(join(lab.root, path), { recursive: true });
    await placeMarker(lab, { runId: '0'.repeat(64), runner: dead, path });
    expect(await settle(lab, self)).toEqual([]);
    expect(await readdir(join(lab.root, path))).toEqual([]);
  });
});

test('a mark for a run behind a link removes nothing, and holds nobody up', async () => {
  await withOutside(async (lab, outside) => {
    const name = '102300Z_victim_00000000';
    await putLink(lab, `${day}/ai-team/artifacts`, outside);
    await mkdir(join(outside, name));
    await placeMarker(lab, { runId: '0'.repeat(64), runner: dead, path: `${day}/ai-team/artifacts/${name}` });
    expect(await settle(lab, self)).toEqual([]);
    expect(await readdir(outside)).toEqual([name]);
  });
});
