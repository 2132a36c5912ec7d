import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, '..', '..');
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

describe('without the embedded engine', () => {
  let folder: string;
  beforeAll(async () => {
    // A copy of this package where node-llama-cpp cannot be found.
    folder = await mkdtemp(join(tmpdir(), 'timelab-no-engine-'));
    const copy = join(folder, 'models');
    await cp(join(here, '..', 'src'), join(copy, 'src'), { recursive: true });
    await cp(here, join(copy, 'test'), { recursive: true });
    await writeFile(join(copy, 'package.json'), '{"type":"module"}');
    await mkdir(join(copy, 'node_modules', '@timelab'), { recursive: true });
    await symlink(join(packages, 'core'), join(copy, 'node_modules', '@timelab', 'core'));
    await writeFile(join(folder, 'weights.gguf'), 'no weights');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function runProgram() {
    const program = join(folder, 'models', 'test', 'embedded-program.ts');
    const args = ['--import', tsx, program, 'llamacpp:./weights.gguf'];
    // Without NODE_PATH, by which pnpm's launchers let everything that is installed be found.
    const { NODE_PATH: _everything, ...env } = process.env;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  it('says what to add, and does not crash when it is imported', async () => {
    const said = await runProgram();
    expect(said).toMatchObject({ name: 'Problem', kind: 'engine_missing' });
    expect(said.hint).toContain('node-llama-cpp');
  });

  it('says what to add where only the code for this platform is missing', async () => {
    const library = join(folder, 'models', 'node_modules', 'node-llama-cpp');
    await mkdir(library);
    await writeFile(join(library, 'package.json'), '{"type":"module","exports":"./index.js"}');
    await writeFile(
      join(library, 'index.js'),
      'export const getLlama = () => Promise.reject(new Error("no binary"));',
    );
    const said = await runProgram();
    expect(said).toMatchObject({ name: 'Problem', kind: 'engine_missing' });
    expect(said.hint).toMatch(/@node-llama-cpp\/|ollama:/);
  });
});
