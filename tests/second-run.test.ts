import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program, put, repository, temporaryFolder } from './rig.ts';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly unknown[];
  readonly chances: readonly string[];
}

const failsAlways = "test('fails always', () => expect(1).toBe(2));";
const failsOnce = `test('fails once', () => {
  const met = existsSync('met');
  writeFileSync('met', '');
  expect(met).toBe(true);
});`;
const cannotBeRead = `if (!existsSync('read')) { writeFileSync('read', ''); throw new Error('not yet'); }`;

/** What the suite counts of tests in files of these lines, each beside one that passes. */
async function tallyOf(
  files: Readonly<Record<string, string>>,
  twice = true,
): Promise<Tally & { said: string }> {
  const folder = await temporaryFolder();
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, lines] of Object.entries({ sound: '', ...files }))
    await put(
      folder,
      `${name}.test.ts`,
      `import { existsSync, writeFileSync } from 'node:fs';
      import { expect, test } from 'vitest';
      test('passes', () => {});
      ${lines}\n`,
    );
  const script = `
    import { runVitest } from ${JSON.stringify(join(repository, 'scripts/vitest-suite.mjs'))};
    const tally = await runVitest({ folder: process.cwd(), filters: [], env: process.env, twice: ${twice} });
    console.log('\\n' + JSON.stringify(tally));`;
  const words = ['--input-type=module', '--eval', script];
  const { stdout, stderr } = await program(process.execPath, words, { cwd: folder });
  return { ...JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''), said: `${stdout}${stderr}` };
}

test('a test that fails once passes at the second time, its file run by itself, and is named', async () => {
  const { said, ...tally } = await tallyOf({ one: failsOnce });
  expect(tally).toEqual({ passed: 3, failed: 0, skips: [], chances: ['one.test.ts: fails once'] });
  expect(said).toContain('\nOnce more, and nothing else beside: one.test.ts\n');
  expect(said).toContain('expected false to be true');
});

test('a file that cannot be read once is named, too', async () => {
  expect(await tallyOf({ one: cannotBeRead })).toMatchObject({
    passed: 2,
    failed: 0,
    chances: ['one.test.ts'],
  });
});

test('a test that fails both times has failed, beside one that fails once', async () => {
  const tally = await tallyOf({ one: `${failsOnce}\n${failsAlways}` });
  expect(tally).toMatchObject({ passed: 3, failed: 1, chances: ['one.test.ts: fails once'] });
});

test.each<[name: string, files: Record<string, string>, twice: boolean, failed: number]>([
  ['where not all have to run', { one: failsOnce }, false, 1],
  [
    'where many files fail',
    { one: failsAlways, two: failsAlways, three: failsAlways, four: failsOnce },
    true,
    4,
  ],
  [
    'where an error belongs to no test',
    { one: `${failsOnce}\nPromise.reject(new Error('stray'));` },
    true,
    2,
  ],
])('nothing is run once more %s', async (_name, files, twice, failed) => {
  const { said, ...tally } = await tallyOf(files, twice);
  expect(tally).toMatchObject({ passed: Object.keys(files).length + 1, failed, chances: [] });
  expect(said).not.toContain('Once more');
});
