import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryLab, timelab } from './rig.ts';
import { snapshot } from './snapshot.ts';

describe('a lab with a folder for secrets', () => {
  test('is worked in while the folder is its owner’s alone', async () => {
    const lab = await temporaryLab();
    await mkdir(join(lab, 'secrets'), { mode: 0o700 });
    expect((await timelab(['day'], { cwd: lab })).code).toBe(0);
  });

  test.each([0o755, 0o750, 0o701])('is refused, unchanged, when others can enter it: %o', async (mode) => {
    const lab = await temporaryLab();
    await mkdir(join(lab, 'secrets'));
    await chmod(join(lab, 'secrets'), mode);
    const before = await snapshot(lab);
    const { code, stderr } = await timelab(['day', '--date', '2031-01-01'], { cwd: lab });
    expect([code, stderr]).toEqual([
      65,
      expect.stringContaining(`secrets/ has the mode 0${mode.toString(8)}.`),
    ]);
    expect(await snapshot(lab)).toEqual(before);
  });

  test('is refused when the folder is a link', async () => {
    const lab = await temporaryLab();
    await rm(join(lab, 'secrets'), { recursive: true, force: true });
    await symlink('/tmp', join(lab, 'secrets'));
    const { code, stdout } = await timelab(['day', '--json'], { cwd: lab });
    expect([code, JSON.parse(stdout).error.kind]).toEqual([65, 'secrets_exposed']);
  });
});
