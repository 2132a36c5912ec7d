import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  answeredLab,
  commitAll,
  first,
  flakeOf,
  type Now,
  notesPath,
  other,
  otherDigest,
  repeatOn,
  specPath,
} from './repetition.ts';
import { llmSpec, program, put, temporaryFolder } from './rig.ts';

const at = answeredLab();

const show = (end: string) => ({
  modelfile: `FROM /x/sha256-${'b'.repeat(64)}\n`,
  parameters: `stop "${end}"`,
  details: {},
  model_info: {},
});

/** What is left of a change that is made in the lab: nothing in the environment. */
const inLab = async (change: Promise<unknown>): Promise<Now> => {
  await change;
  return {};
};

/** One change each, and the factor that it is. */
const cells: readonly (readonly [what: string, changed: readonly string[], change: () => Promise<Now>])[] = [
  ['nothing', [], async () => ({})],
  ['the spec file, edited since', [], () => inLab(put(at.lab, specPath, llmSpec()))],
  ['the spec file, gone since', [], () => inLab(rm(join(at.lab, specPath)))],
  ['an input file, edited since', [], () => inLab(put(at.lab, notesPath, 'Sounds.\n'))],
  [
    "the model's template",
    ['model'],
    async () => ({
      replies: { '/api/tags': otherDigest, '/api/ps': otherDigest },
    }),
  ],
  [
    'the release of the server',
    ['engine'],
    async () => ({ replies: { '/api/version': { version: '0.0.2' } } }),
  ],
  ['a default option', ['settings'], async () => ({ replies: { '/api/show': show('<stop>') } })],
  [
    'the code, committed',
    ['code'],
    () => inLab(put(at.lab, 'src/new.py', 'x = 1\n').then(() => commitAll(at.lab))),
  ],
  ['the code, not committed', ['code'], () => inLab(put(at.lab, 'src/new.py', 'x = 1\n'))],
  ['the records of days, committed', [], () => inLab(commitAll(at.lab))],
  ['the flake of timelab', ['environment'], async () => ({ env: { TIMELAB_FLAKE: await flakeOf('b') } })],
  ['a tool', ['environment'], async () => await olderGit()],
  ['flake.lock', ['environment'], () => inLab(put(at.lab, 'flake.lock', '{}\n'))],
  [
    'code and server',
    ['engine', 'code'],
    async () => {
      await put(at.lab, 'src/new.py', 'x = 1\n');
      return { replies: { '/api/version': { version: '0.0.2' } } };
    },
  ],
];

/** The same git by another version: what it does is the same, what it says of itself is not. */
async function olderGit(): Promise<Now> {
  const bin = await temporaryFolder();
  const { stdout } = await program('sh', ['-c', 'command -v git'], { cwd: '/' });
  const text = `#!/bin/sh\n[ "$1" = --version ] && { echo 'git version 2.1.0'; exit; }\nexec '${stdout.trim()}' "$@"\n`;
  await program('chmod', ['+x', await put(bin, 'git', text)], { cwd: '/' });
  return { env: { PATH: `${bin}:${process.env['PATH']}` } };
}

describe('of one change, whatever it does to the answer, the factor is named', () => {
  test.for(cells)('%s, and the same answer', async ([, changed, change]) => {
    const { data } = await repeatOn(at.parent, first, await change());
    expect(data).toMatchObject({ verdict: 'same', changed, causes: [], first_difference: null });
  });

  test.for(cells)('%s, and another answer', async ([, changed, change]) => {
    const { data } = await repeatOn(at.parent, other, await change());
    const causes = changed.length === 0 ? ['nondeterminism'] : changed;
    expect(data).toMatchObject({ verdict: 'different', changed, causes });
  });
});
