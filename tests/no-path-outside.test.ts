import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readInputFiles } from '../packages/cli/src/effects/inputs.ts';
import {
  maskOf,
  namePattern,
  Problem,
  planNewSpec,
  readSpec,
  runFolderName,
  runNameFrom,
  specKinds,
} from '../packages/core/src/index.ts';
import { put, temporaryFolder } from './rig.ts';

/** Parts of paths that lead up, out, round and nowhere, and some that lead to what is there. */
const part = fc.constantFrom(
  ...[
    '..',
    '.',
    '',
    '...',
    '....',
    '~',
    '-rf',
    'near.txt',
    'deep',
    'far.md',
    'specs',
    'lab',
    'outside',
    'secret.txt',
  ],
  ...[
    'out',
    'round',
    'up',
    'in',
    'passwd',
    'self',
    'lab-evil',
    'etc',
    'proc',
    'environ',
    '..\\',
    'a\\..\\..',
    '%2e%2e',
  ],
  ...['\u2025', '．．', '..\u0000', 'file:', 'C:', '..%00', '.\u200b.'],
);
/** Nearly every path is refused: those that may lead somewhere are drawn as often as all others. */
const near = fc.constantFrom(
  'near.txt',
  'deep',
  'in',
  'far.md',
  '..',
  '.',
  'specs',
  'up',
  'out',
  'secret.txt',
);
const path = fc
  .tuple(
    fc.constantFrom('', '/', '//', './', '../', '~/'),
    fc.oneof(fc.array(part, { maxLength: 8 }), fc.array(near, { maxLength: 4 })),
  )
  .map(([start, parts]) => start + parts.join('/'));

/** A lab whose files say that they are inside, beside things that say that they are not, with links between the two. */
async function labBesideOthers(): Promise<string> {
  const root = await temporaryFolder();
  const lab = join(root, 'lab');
  await put(lab, 'specs/near.txt', 'inside\n');
  await put(lab, 'specs/deep/far.md', 'inside\n');
  await put(lab, 'near.txt', 'inside\n');
  await put(root, 'near.txt', 'outside\n');
  await put(root, 'outside/secret.txt', 'outside\n');
  await put(root, 'outside/near.txt', 'outside\n');
  await put(root, 'lab-evil/near.txt', 'outside\n');
  await mkdir(join(lab, 'specs/specs'));
  const links = {
    out: '../../outside',
    round: 'round',
    up: '../..',
    in: 'deep',
    passwd: '/etc/passwd',
    self: '/proc/self',
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(lab, 'specs', name));
  await writeFile(join(lab, 'specs/spec.json'), '{}');
  return lab;
}

describe('no spec makes a path outside the lab', () => {
  test('of the files that it names only those inside are read, and each is kept inside its run', async () => {
    const lab = await labBesideOthers();
    let read = 0;
    await fc.assert(
      fc.asyncProperty(path, async (name) => {
        const files = await readInputFiles([name], join(lab, 'specs/spec.json'), lab, maskOf([])).catch(
          (error: unknown) => {
            if (!(error instanceof Problem)) throw error;
            expect([64, 65]).toContain(error.exitCode);
            return [];
          },
        );
        for (const { data, path: kept, source } of files) {
          read += 1;
          expect(['inside\n', '{}']).toContain(data.toString('utf8'));
          expect(kept).toMatch(/^input\/files\/\d\d-[A-Za-z0-9._-]+$/);
          expect(posix.normalize(source)).toBe(source);
          expect(source).toMatch(/^(?!\.\.?(\/|$)|\/)/);
        }
      }),
      { numRuns: 3000 },
    );
    // Some of them are there: a reader that refuses everything would pass otherwise.
    expect(read).toBeGreaterThan(20);
  });

  test('whatever a spec is called, its run is one folder', () => {
    const id = 'a'.repeat(64);
    fc.assert(
      fc.property(fc.oneof(path, fc.string({ unit: 'binary' })), (name) => {
        const folder = runFolderName('2025-10-15T10:23:00.000Z', runNameFrom(name), id);
        expect(folder).toMatch(/^102300Z_[A-Za-z0-9][A-Za-z0-9._-]*_a{8}$/);
        const spec = { kind: 'llm', version: '1.0', name, inputs: { prompt: 'x' } };
        const reading = readSpec(Buffer.from(JSON.stringify(spec)));
        expect('spec' in reading).toBe(namePattern.test(name));
        if (!('spec' in reading)) return;
        expect(posix.basename(name)).toBe(name);
        for (const kind of specKinds)
          expect(planNewSpec('2025/10/15', name, kind).path).toBe(`2025/10/15/ai-team/specs/${name}.json`);
      }),
      { numRuns: 3000 },
    );
  });

  test('of a commit nothing is written but what a spec may name', () => {
    fc.assert(
      fc.property(path, (file) => {
        const spec = {
          kind: 'mining',
          version: '1.0',
          inputs: { repository: { path: '.' } },
          output: { per_commit_files: [file] },
        };
        expect(readSpec(Buffer.from(JSON.stringify(spec)))).toHaveProperty('faults');
      }),
      { numRuns: 300 },
    );
  });
});
