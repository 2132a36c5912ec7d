import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { binary, program, put, repository, temporaryFolder } from './rig.ts';

const awkwardNames = [
  'plain',
  'with space',
  "it's",
  'a "quoted" one',
  '$HOME and `id` and $(id)',
  'back\\slash',
  '*',
  'ünïcödé 名',
];

/** Stands where `timelab` stands, and says where it was called, and with what. */
const listener = `#!/usr/bin/env node
process.stdout.write(JSON.stringify({ folder: process.cwd(), arguments: process.argv.slice(2) }));
process.exitCode = Number(process.env.EXIT_CODE ?? 0);
`;

/** A folder of that name, with our Justfile. */
async function house(name = 'house'): Promise<string> {
  const folder = join(await temporaryFolder(), name);
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true });
  await copyFile(join(repository, 'Justfile'), join(folder, 'Justfile'));
  return folder;
}

async function houseWithListener(name?: string): Promise<string> {
  const folder = await house(name);
  await chmod(await put(folder, 'node_modules/.bin/timelab', listener), 0o755);
  return folder;
}

const just = (cwd: string, args: readonly string[], env: Record<string, string> = {}) =>
  program(join(repository, 'node_modules/.bin/just'), args, { cwd, env });

async function heard(args: readonly string[]): Promise<string[]> {
  const { stdout } = await just(await houseWithListener(), args);
  return JSON.parse(stdout).arguments;
}

describe('just hands its arguments on', () => {
  test.each(awkwardNames)('a value, byte for byte: %s', async (name) => {
    expect(await heard(['ai', `spec=${name}`])).toEqual(['ai', `spec=${name}`]);
  });

  test.each(awkwardNames)('from a repository in a folder with an awkward name: %s', async (name) => {
    const below = join(await houseWithListener(name), 'below');
    await mkdir(below);
    const { stdout } = await just(below, ['ai', 'spec=x.json']);
    expect(JSON.parse(stdout)).toEqual({ folder: below, arguments: ['ai', 'spec=x.json'] });
  });

  test.each<string[][]>([
    [['ai', 'spec=a.json', 'model=ollama:qwen2.5:7b']],
    [['ai', 'spec=a.json', '--dry-run', '--show', '--lab', '/else where']],
    [['ai', 'spec=two\nlines']],
    [['ai', 'spec=']],
    [['day', 'date=2024-02-29', 'tz=Europe/Berlin']],
    [['new', 'first-answer', 'kind=llm']],
    [['check', 'one.json', './two=2.json']],
    [['mine', 'repo=BurntSushi', 'name=ripgrep', 'limit=5', '--allow-net']],
    [['summ', 'sha=HEAD~2', 'repo=../an other']],
    [['sync', '--json']],
  ])('all of them, in order: %j', async (args) => {
    expect(await heard(args)).toEqual(args);
  });

  test.each([64, 65, 70])('exit code %i comes through, and just adds no words', async (code) => {
    const ran = await just(await houseWithListener(), ['sync'], { EXIT_CODE: `${code}` });
    expect(ran).toMatchObject({ code, stderr: '' });
  });

  test('before set-up it says what to do', async () => {
    expect(await just(await house(), ['day'])).toMatchObject({
      code: 70,
      stderr: 'timelab is not built yet: run `npm run setup` first.\n',
    });
  });
});

test('the Justfile is in the form that `just --fmt` gives', async () => {
  expect(await just(repository, ['--fmt', '--check', '--unstable'])).toMatchObject({ code: 0, stderr: '' });
});

describe('just runs the real timelab', () => {
  async function realLab(): Promise<string> {
    const lab = await house('Ada\'s "first" $HOME lab');
    await symlink(binary, join(lab, 'node_modules/.bin/timelab'));
    await program('git', ['init', '--quiet'], { cwd: lab });
    return lab;
  }

  test('day, new, check, ai and sync, in a folder with an awkward name', async () => {
    const lab = await realLab();
    expect(await just(lab, ['day', 'date=2025-10-15'])).toMatchObject({ code: 0 });
    const written = await just(lab, ['new', 'first-answer', 'kind=llm']);
    expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/first-answer\.json\n$/) });
    const spec = `spec=${written.stdout.trim()}`;
    expect(await just(lab, ['check', written.stdout.trim()])).toMatchObject({ code: 0 });
    expect(await just(lab, ['ai', spec, 'model=llamacpp:smollm2', '--dry-run'])).toMatchObject({ code: 0 });
    expect(await just(lab, ['sync'])).toMatchObject({ code: 0 });
  });

  test('mine and summ, in a repository with commits', async () => {
    const lab = await realLab();
    for (const message of ['one', 'two', 'three'])
      await program('git', ['commit', '--quiet', '--allow-empty', '-m', message], { cwd: lab });
    const mined = await just(lab, ['mine', 'repo=.', 'limit=2']);
    expect(mined).toMatchObject({ code: 0 });
    expect(mined.stdout.match(/\/output\/commit_[0-9a-f]{12}$/gm)).toHaveLength(2);
    const summed = await just(lab, ['summ', 'sha=HEAD']);
    expect(summed).toMatchObject({ code: 0 });
    expect(summed.stdout).toMatch(/\/output\/commit_[0-9a-f]{12}\/analysis_summary\.md$/m);
    expect(await just(lab, ['summ', 'sha=nothing'])).toMatchObject({ code: 65, stdout: '' });
  });

  test('a key that the verb does not take is refused in words', async () => {
    const { code, stdout, stderr } = await just(await realLab(), ['ai', 'spce=x.json']);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain('spce=');
    expect(stderr).not.toContain('Recipe');
  });
});
