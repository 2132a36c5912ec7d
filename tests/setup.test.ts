import { rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cloneOfRepository } from './clone.ts';
import { program, put, temporaryFolder } from './rig.ts';

const steps = ['pnpm, pinned by its hash', 'packages, as pnpm-lock.yaml names them', 'the timelab command'];
const line = (index: number, end: string) => `[${index + 1}/3] ${steps[index]}${end}`;
const allDone = steps.map((_, index) => line(index, ': done'));

async function setUp(folder: string, env: Record<string, string> = {}) {
  const ran = await program(process.execPath, ['scripts/setup.mjs'], { cwd: folder, env });
  return { ...ran, lines: ran.stdout.split('\n').filter((text) => text.startsWith('[')) };
}

/** A folder for PATH that holds only the named programs. */
async function pathWith(...names: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of names) {
    const { stdout } = await program('sh', ['-c', `command -v ${name}`], { cwd: folder });
    await symlink(stdout.trim(), join(folder, name));
  }
  return folder;
}

describe('set-up', () => {
  test('builds what is missing, and a second time finds it done and leaves it', async () => {
    const clone = await cloneOfRepository('clone');
    const bundle = join(clone, 'packages/cli/dist/timelab.mjs');
    const first = await setUp(clone);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.lines.slice(0, 2)).toEqual(allDone.slice(0, 2));
    expect(first.lines[2]).toMatch(/^\[3\/3\] the timelab command … done in \d+\.\d s$/);
    const { mtimeMs } = await stat(bundle);
    expect((await setUp(clone)).lines).toEqual(allDone);
    expect((await stat(bundle)).mtimeMs).toBe(mtimeMs);
  });

  test('builds again when a source has changed, or the link or the bundle is gone', async () => {
    const clone = await cloneOfRepository('clone');
    const rebuilds = async () => (await setUp(clone)).lines[2]?.includes('… done in');
    expect(await rebuilds()).toBe(true);
    await writeFile(join(clone, 'packages/cli/src/unread.ts'), '');
    expect(await rebuilds()).toBe(true);
    await rm(join(clone, 'node_modules/.bin/timelab'));
    expect(await rebuilds()).toBe(true);
    await rm(join(clone, 'packages/cli/dist'), { recursive: true });
    expect(await rebuilds()).toBe(true);
    expect(await rebuilds()).toBe(false);
  });

  test('shows where a source cannot be built, and the way out', async () => {
    const clone = await cloneOfRepository('clone');
    await put(clone, 'packages/cli/src/main.ts', "import './gone.ts';\n");
    const { code, stderr } = await setUp(clone);
    expect(code).toBe(70);
    expect(stderr).toContain('Could not resolve "./gone.ts"');
    expect(stderr).toContain('packages/cli/src/main.ts:1:7');
    expect(stderr).toContain('mend the place named above');
    expect(stderr).not.toContain('node:internal');
  });

  test.each(['18.20.8', '20.18.3'])('says which Node it needs when it runs on %s', async (version) => {
    const clone = await cloneOfRepository('clone');
    const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`;
    const ran = await program(process.execPath, ['--import', pretend, 'scripts/setup.mjs'], { cwd: clone });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain(`timelab needs Node 20.19 or newer, and this is Node ${version}`);
  });

  test('says what is missing when there is no git', async () => {
    const clone = await cloneOfRepository('clone');
    const { code, stderr } = await setUp(clone, { PATH: await pathWith('node', 'npm', 'sh') });
    expect(code).toBe(64);
    expect(stderr).toContain('timelab needs git, and none was found');
    expect(stderr).not.toContain('needs npm');
  });

  test('goes on without python3, and says what works without it', async () => {
    const clone = await cloneOfRepository('clone');
    const { code, stdout } = await setUp(clone, { PATH: await pathWith('node', 'npm', 'git', 'sh') });
    expect(code).toBe(0);
    expect(stdout).toContain('python3 with pip was not found: `timelab model pull` and the demo need it');
  });

  test('shows the last words of a program that failed, and the way out', async () => {
    const clone = await cloneOfRepository('clone');
    await rm(join(clone, 'scripts/pnpm/node_modules'), { recursive: true, force: true });
    // The real npm, where nothing answers.
    const { code, stdout, stderr } = await setUp(clone, {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: await temporaryFolder(),
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\[1\/3\] pnpm, pinned by its hash … failed after/);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain(
      '`npm ci --prefix scripts/pnpm --ignore-scripts --no-audit --no-fund` ended with exit code 1.',
    );
    expect(stderr).toContain('check the network');
  });
});
