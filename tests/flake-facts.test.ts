import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { put, temporaryFolder, temporaryLab, timelab } from './rig.ts';

const facts = {
  rev: '1209d35a98231209d35a98231209d35a98231209',
  narHash: 'sha256-abc=',
  lastModified: 1_775_036_866,
  inputs: { nixpkgs: { rev: '6201e203d09599479a3b3450ed24fa81537ebc4e' } },
};

test('a record holds the flake that timelab was built from, as its package left it', async () => {
  const lab = await temporaryLab();
  const file = await put(await temporaryFolder(), 'flake.json', JSON.stringify(facts));
  const { stdout } = await timelab(['summ', 'HEAD'], { cwd: lab, env: { TIMELAB_FLAKE: file } });
  expect(JSON.parse(await readFile(stdout.split('\n')[0] ?? '', 'utf8')).flake).toEqual(facts);
});

test('and refuses a file that holds none', async () => {
  const lab = await temporaryLab();
  for (const text of ['[]', 'no']) {
    const file = await put(await temporaryFolder(), 'flake.json', text);
    const { code, stderr } = await timelab(['summ', 'HEAD'], { cwd: lab, env: { TIMELAB_FLAKE: file } });
    expect([code, stderr]).toEqual([64, expect.stringContaining('holds no JSON object')]);
  }
});
