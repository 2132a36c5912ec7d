import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planDay } from '@timelab/core';
import { expect, test } from 'vitest';
import { claimRun, identifySelf, makeDay, openLab } from '../src/index.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const plan = planDay('2025/10/15');

test('a day that is made again stays as somebody edited it', async () => {
  await withLab(async (lab) => {
    expect(await makeDay(lab, plan)).toEqual(plan.files.map((file) => file.path));
    const [first] = plan.files;
    await writeFile(join(lab.root, first?.path ?? ''), 'my own words\n');
    expect(await makeDay(lab, plan)).toEqual([]);
    expect(await readFile(join(lab.root, first?.path ?? ''), 'utf8')).toBe('my own words\n');
  });
});

test('latest is the newest day that holds a run, though newer days are made', async () => {
  await withLab(async (lab) => {
    const clock = { now: () => new Date('2025-10-15T10:23:00.000Z') };
    await makeDay(lab, planDay('2025/10/16'));
    expect(await readlink(join(lab.root, 'latest'))).toBe('2025/10/16');
    const run = await claimRun(lab, sampleDraft, clock, identifySelf());
    await run.finish(endOf(run, clock.now()));
    expect(await readlink(join(lab.root, 'latest'))).toBe('2025/10/15');
    await makeDay(lab, planDay('2025/10/17'));
    expect(await readlink(join(lab.root, 'latest'))).toBe('2025/10/15');
  });
});

test('a file where a folder has to be is named', async () => {
  await withLab(async (lab) => {
    await mkdir(join(lab.root, '2025/10/15'), { recursive: true });
    await writeFile(join(lab.root, '2025/10/15/ai-team'), 'words');
    const making = makeDay(lab, plan);
    await expect(making).rejects.toMatchObject({ kind: 'file_exists' });
    await expect(making).rejects.toThrow(/^2025\/10\/15\/ai-team\/specs could not be written: a file stands/);
  });
});

test('what is no folder is no lab', async () => {
  await withLab(async ({ root }) => {
    await writeFile(join(root, 'file'), '');
    for (const path of ['file', 'nowhere']) {
      expect(() => openLab(join(root, path))).toThrow(expect.objectContaining({ kind: 'lab_not_found' }));
    }
  });
});
