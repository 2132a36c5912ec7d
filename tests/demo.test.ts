import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { needWeights } from './embedded-model.ts';
import { needHelpers } from './needed-helpers.ts';
import { program, put, repository, temporaryFolder } from './rig.ts';
import { rowsOf } from './runs.ts';

const packages = await readdir(join(repository, 'packages'));

// A test runner that is started meanwhile makes and removes files of its own there.
const installed = (await readdir(join(repository, 'node_modules'))).filter((name) => !/^\.vite/.test(name));

/** What set-up fetches, which git does not bring. */
const fetched = [
  ...installed.map((name) => `node_modules/${name}`),
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
  onTestFinished(async () => await rm(parent, { recursive: true, force: true, maxRetries: 5 }));
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

/** Set-up as on a machine without cargo: the program is not built, and cannot be. */
async function withoutExtractor(clone: string): Promise<{ PATH: string }> {
  await rm(join(clone, 'tools/rust_extractor/target'), { recursive: true, force: true });
  const folder = await temporaryFolder();
  await chmod(await put(folder, 'cargo', '#!/bin/sh\nexit 1\n'), 0o755);
  return { PATH: `${folder}:${process.env['PATH']}` };
}

async function startDemo(clone: string, env: Readonly<Record<string, string>>) {
  return await program('npm', ['run', 'demo'], { cwd: clone, env });
}

test('`npm run demo` goes to its end in a new clone, twice, and git sees nothing of it', async (context) => {
  await needWeights(context);
  needHelpers(context);
  const clone = await cloneOfCommit();
  const env = { HOME: await temporaryFolder() };

  const first = await startDemo(clone, env);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/\w/) });
  expect(first.stdout).toMatch(/\[3\/\d\] the timelab command … done in/);
  for (const shown of [
    '# History in numbers',
    'commit_…/',
    '# Commit `',
    'That is the run_id.',
    'verdict: same',
  ])
    expect(first.stdout).toContain(`\n${shown.startsWith('commit') ? `    ${shown}` : shown}`);
  const second = await startDemo(clone, { ...env, ...(await withoutExtractor(clone)) });
  expect(second).toMatchObject({ code: 0 });
  expect(second.stdout).toMatch(/\[3\/\d\] the timelab command: done\n/);
  expect(second.stdout).toContain('\nLeft out: set-up has not built rust_extractor, as it says above.');

  // The sample day has been here before.
  const rows = (await rowsOf(clone)).filter(({ path }) => !path.startsWith('2025/'));
  expect(rows.map(({ kind, status }) => `${kind} ${status}`).sort()).toEqual([
    'analysis ok',
    'llm ok',
    'llm ok',
    'llm ok',
    'llm ok',
    'mining ok',
  ]);
  expect(await command(clone, 'git', 'status', '--porcelain')).toBe('');
});

test('`npm run demo` goes to its end in a copy that came without its git history, and says so', async (context) => {
  await needWeights(context);
  needHelpers(context);
  const clone = await cloneOfCommit();
  await rm(join(clone, '.git'), { recursive: true });
  const { code, stdout } = await startDemo(clone, { HOME: await temporaryFolder() });
  expect(code).toBe(0);
  expect(stdout).toContain('\nA lab: this copy came without .git');
  expect(stdout).toContain('\nLeft out: this copy came without its git history');
  expect(stdout).toContain('\nThat is the run_id.\n');
});
