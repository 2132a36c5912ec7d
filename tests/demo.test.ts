import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { needWeights } from './embedded-model.ts';
import { program, repository, temporaryFolder } from './rig.ts';
import { rowsOf } from './runs.ts';

const packages = await readdir(join(repository, 'packages'));

/** What set-up fetches, which git does not bring. */
const fetched = [
  'node_modules',
  'scripts/pnpm/node_modules',
  ...packages.map((name) => `packages/${name}/node_modules`),
  'tools/py_post/.venv',
  'tools/rust_extractor/target/release/rust_extractor',
];

/** Where set-up remembers that it is there; copied, because set-up may write anew what is linked. */
const stamps = [
  'node_modules/.timelab-setup',
  'scripts/pnpm/node_modules/.timelab-setup',
  'tools/rust_extractor/target/.timelab-setup',
];

async function command(cwd: string, name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await program(name, args, { cwd });
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} failed: ${stderr}`);
  return stdout;
}

/** A clone of the last commit, with links to what is fetched here already, and the command not built yet. */
async function cloneOfCommit(): Promise<string> {
  const cache = join(repository, '.cache');
  await mkdir(cache, { recursive: true });
  const parent = await realpath(await mkdtemp(join(cache, 'clone-')));
  onTestFinished(async () => await rm(parent, { recursive: true, force: true }));
  const clone = join(parent, 'clone');
  await command(parent, 'git', 'clone', '--quiet', repository, clone);
  for (const path of fetched) await bring(path, clone, (from, to) => command(clone, 'cp', '-al', from, to));
  for (const path of stamps) await bring(path, clone, copyFile);
  return clone;
}

async function bring(path: string, clone: string, how: (from: string, to: string) => Promise<unknown>) {
  const [from, to] = [join(repository, path), join(clone, path)];
  if (!existsSync(from)) return;
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { force: true });
  await how(from, to);
}

test('`npm run demo` goes to its end in a new clone, twice, and git sees nothing of it', {
  timeout: 300_000,
}, async (context) => {
  await needWeights(context);
  const clone = await cloneOfCommit();
  const env = { HOME: await temporaryFolder() };
  const demo = async () => await program('npm', ['run', 'demo'], { cwd: clone, env });

  const first = await demo();
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/\w/) });
  expect(first.stdout).toMatch(/\[3\/\d\] the timelab command … done in/);
  expect(first.stdout).toContain('\nThat is the run_id.\n');
  const second = await demo();
  expect(second).toMatchObject({ code: 0 });
  expect(second.stdout).toMatch(/\[3\/\d\] the timelab command: done\n/);

  const rows = (await rowsOf(clone)).filter(({ name }) => name === 'first-answer');
  expect(rows.map(({ status }) => status)).toEqual(['ok', 'ok']);
  expect(await command(clone, 'git', 'status', '--porcelain')).toBe('');
});
