import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { needHelpers } from './needed-helpers.ts';
import { program, put, repository, temporaryFolder } from './rig.ts';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly scope: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly unknown[];
  readonly externalReferences?: readonly { readonly hashes?: readonly unknown[] }[];
}

const files = ['timelab.cdx.json', 'rust_extractor.cdx.json', 'py_post.cdx.json'] as const;
const python = join(repository, '.cache/hooks/bin/python');
const generator = join(repository, 'scripts/sbom/node_modules/@cyclonedx/cdxgen');

describe('bills of material', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timelab-bills-'));
    if (ready()) await makeIn(folder);
  });

  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  beforeEach((context) => {
    needHelpers(context);
    if (!ready()) context.skip('no generators; `node scripts/hooks.mjs` sets them up');
  });

  test('are the same bytes when made again elsewhere', async () => {
    const again = await makeIn(await temporaryFolder());
    for (const file of files) expect(await text(again, file)).toBe(await text(folder, file));
  });

  test('name no folder of this machine and no time', async () => {
    for (const file of files) expect(await text(folder, file)).not.toMatch(/timestamp|"\/|SrcFile|file:/);
  });

  test.for(files)(
    '%s has a hash for each part, and a licence for each that runs on every system',
    async (file) => {
      const { components } = await bill(folder, file);
      expect(components.length).toBeGreaterThan(3);
      for (const part of components) {
        const hashes = part.hashes ?? part.externalReferences?.[0]?.hashes ?? [];
        expect([part.name, hashes.length > 0]).toEqual([part.name, true]);
        if (!/linux|darwin|win32/.test(part.name))
          expect([part.name, part.licenses?.length]).toEqual([part.name, 1]);
      }
    },
  );

  test('that of timelab requires all that is in its one file, and knows the embedded engine', async () => {
    const { components } = await bill(folder, 'timelab.cdx.json');
    const notices = await readFile(join(repository, 'packages/cli/dist/third-party-licenses.txt'), 'utf8');
    const bundled = [...notices.matchAll(/(?:^|-\n\n)(\S+) (\d\S+)\n\n/g)].map(
      ([, name, version]) => `${name}@${version}`,
    );
    const required = components
      .filter(({ scope }) => scope === 'required')
      .map(({ name, version }) => `${name}@${version}`);
    expect(bundled.length).toBeGreaterThan(5);
    expect(required).toEqual(expect.arrayContaining(bundled));
    expect(required).not.toContain(expect.stringMatching(/vitest|fast-check|llama/));
    const optional = components.filter(({ scope }) => scope === 'optional').map(({ purl }) => purl);
    expect(optional).toContainEqual(expect.stringMatching(/node-llama-cpp\/linux-x64@/));
  });

  test("those of the helper programs leave their tests' packages out", async () => {
    const crates = (await bill(folder, 'rust_extractor.cdx.json')).components.map(({ name }) => name);
    expect(crates).toEqual(expect.arrayContaining(['clap', 'serde_json', 'sha2']));
    expect(crates).not.toContain('proptest');
    const packages = (await bill(folder, 'py_post.cdx.json')).components.map(({ purl }) =>
      purl.replace(/@.*/, ''),
    );
    expect(packages.sort()).toEqual(
      ['click', 'jinja2', 'markupsafe', 'msgspec'].map((name) => `pkg:pypi/${name}`),
    );
  });

  test('that do not keep to the format are found out', async () => {
    const broken = (await text(folder, files[0])).replace('"type": "library"', '"type": "librarian"');
    const file = await put(await temporaryFolder(), 'broken.json', broken);
    const ran = await program(python, [join(repository, 'scripts/sbom/validate.py'), file], {
      cwd: repository,
    });
    expect([ran.code, ran.stderr]).toEqual([65, expect.stringContaining('librarian')]);
  });
});

const ready = () => existsSync(python) && existsSync(generator);

async function makeIn(folder: string): Promise<string> {
  const env = { HOME: process.env['HOME'] ?? folder };
  const { code, stderr } = await program('node', ['scripts/sbom.mjs', folder], { cwd: repository, env });
  expect([code, stderr]).toEqual([0, '']);
  return folder;
}

const text = async (folder: string, file: string) => await readFile(join(folder, file), 'utf8');

const bill = async (folder: string, file: string): Promise<{ components: Component[] }> =>
  JSON.parse(await text(folder, file));
