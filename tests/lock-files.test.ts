import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPage } from './markdown.ts';
import { program, put, type Ran, repository, temporaryFolder } from './rig.ts';

const publicIndex = 'c19b7c6f923b580ac259164a89f2577984ad5ab09ee9d583b888f934adbbe8d0'; // pragma: allowlist secret

const run = (words: readonly string[], cwd = repository) => program('node', words, { cwd });

describe('flake.lock and the changelog', () => {
  test('are in step', async () => {
    expect(await run(['scripts/flake-lock.mjs'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('are told apart, and the missing words are said', async () => {
    expect(await checked('## [Unreleased]\n')).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('"nixpkgs at 0123456789ab"'),
    });
    expect((await checked('- The flake builds with nixpkgs at 0123456789ab.\n')).code).toBe(0);
  });
});

describe('LOCKFILES', () => {
  const page = readPage('docs/3-extend/LOCKFILES.md').text;

  test('names every lock that git has', async () => {
    const { stdout } = await program('git', ['ls-files'], { cwd: repository });
    const isLock = /(^|[/.-])lock(\.yaml|\.json)?$|Cargo\.lock$|requirements[a-z-]*\.txt$/;
    const locks = stdout.split('\n').filter((path) => isLock.test(path));
    expect(locks.length).toBeGreaterThan(7);
    expect(locks.filter((path) => !page.includes(path) && !page.includes(`\`${basename(path)}\``))).toEqual(
      [],
    );
  });

  test('names what `just update` takes, and that refuses the rest', async () => {
    const { code, stderr } = await run(['scripts/update.mjs', 'ruby']);
    expect(code).toBe(64);
    const names = stderr
      .trim()
      .replace(/^.*: |\.$/g, '')
      .split(', ');
    expect(names).toEqual(['node', 'rust', 'python', 'hooks', 'nix']);
    for (const name of names) expect(page).toContain(`| \`${name}\` |`);
  });

  test('is right that locks name no registry but the public index of crates, and hash each package', async () => {
    const crates = await readFile(join(repository, 'tools/rust_extractor/Cargo.lock'), 'utf8');
    const sources = [...crates.matchAll(/^source = "(.*)"$/gm)].map((match) => match[1]);
    // The public index by its digest: no address of a registry stands in this repository but in the locks themselves.
    const digests = sources.map((source) =>
      createHash('sha256')
        .update(source ?? '')
        .digest('hex'),
    );
    expect(new Set(digests)).toEqual(new Set([publicIndex]));
    expect([...crates.matchAll(/^checksum = /gm)].length).toBe(sources.length);
    const packages = await readFile(join(repository, 'pnpm-lock.yaml'), 'utf8');
    expect(packages).not.toMatch(/tarball:|https?:\/\//);
    const resolutions = [...packages.matchAll(/^ {4}resolution: (.*)$/gm)].map((match) => match[1]);
    expect(resolutions.filter((resolution) => !resolution?.startsWith('{integrity: sha512-'))).toEqual([]);
  });
});

/** Looks at a changelog of this text beside a flake.lock. */
async function checked(changelog: string): Promise<Ran> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'scripts'));
  for (const name of ['flake-lock.mjs', 'repository.mjs'])
    await copyFile(join(repository, 'scripts', name), join(folder, 'scripts', name));
  const locked = { rev: '0123456789abcdef0123456789abcdef01234567' };
  await put(folder, 'flake.lock', JSON.stringify({ nodes: { nixpkgs: { locked }, root: { inputs: {} } } }));
  await put(folder, 'CHANGELOG.md', changelog);
  return await run(['scripts/flake-lock.mjs'], folder);
}
