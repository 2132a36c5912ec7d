import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumePoint, workPlaces } from '../packages/cli/src/effects/mining/resume-point.ts';
import { put, temporaryFolder } from './rig.ts';

test('a commit that is interrupted twice, by processes of one number, is put aside twice', async () => {
  const folder = await temporaryFolder();
  const wanted = { filesEach: 1, patches: false };
  for (let interrupted = 0; interrupted < 2; interrupted += 1) {
    await mkdir(join(folder, 'output'), { recursive: true });
    await put(join(folder, 'output/commit_aaaaaaaaaaaa'), 'commit.json', '{}\n');
    expect(await resumePoint(workPlaces(folder), ['a'.repeat(40)], wanted)).toBe(0);
    expect(await readdir(join(folder, 'output'))).toEqual([]);
  }
});
