import { chmod } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { cloneOfRepository } from './clone.ts';
import { program, put, repository, temporaryFolder } from './rig.ts';

/** Sets up a clone that has the sources of rust_extractor, where `cargo` is the script of that text. */
async function setUpWithCargo(script: string) {
  const clone = await cloneOfRepository('clone');
  await program(
    'cp',
    [
      '-a',
      '--parents',
      'tools/rust_extractor/Cargo.toml',
      'tools/rust_extractor/Cargo.lock',
      'tools/rust_extractor/src',
      clone,
    ],
    { cwd: repository },
  );
  const folder = await temporaryFolder();
  await chmod(await put(folder, 'cargo', `#!/bin/sh\n${script}\n`), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  return await program(process.execPath, ['scripts/setup.mjs'], { cwd: clone, env });
}

// A compiler of two years ago cannot be had here: a script says its version.
test.each([
  ['an older cargo', 'echo "cargo 1.63.0 (fd9c4297c 2022-07-01)"'],
  ['a cargo without a toolchain', 'echo "error: no default toolchain" >&2; exit 1'],
])('set-up with %s leaves rust_extractor out, says so and goes on', async (_, script) => {
  const { code, stdout, stderr } = await setUpWithCargo(script);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/rust_extractor, which reads git histories: left out: no cargo 1\.85 or newer here/);
  expect(stdout).toContain('\nReady. ');
});
