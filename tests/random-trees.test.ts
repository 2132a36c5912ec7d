import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { readCode } from '../packages/cli/src/effects/code/git.ts';
import { changes, commitBeginnings, copyOf, git, rebuiltTree, treeByGit, untouched } from './dirty-tree.ts';
import { put, temporaryFolder, temporaryLab } from './rig.ts';
import { smallWorld } from './small-world.ts';

/** A file that somebody writes somewhere, and stages or not; of no bytes at all it is deleted. */
interface Write {
  readonly path: readonly string[];
  readonly bytes: Uint8Array;
  readonly staged: boolean;
}

// All that a name can hold but for "/" and NUL, and names that git, a shell or a patch could take for their own.
const part = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '"', '\\', '\t', '\n', '*', ':', 'é', '😀', '-'),
    minLength: 1,
    maxLength: 6,
  }),
  fc.constantFrom('text.md', 'folder', 'b', 'binary', 'HEAD', '.gitattributes', 'a.patch', '-rf', '@'),
);
const line = fc.string({
  unit: fc.constantFrom('x', ' ', '\t', '\r', '\n', '\0', '\\', '-- ', '+', '@@ ', 'diff --git a/x b/x\n'),
  maxLength: 40,
});
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.array(line, { maxLength: 8 }).map((lines) => Buffer.from(lines.join('\n'))),
);
const write: fc.Arbitrary<Write> = fc.record({
  path: fc.array(part, { minLength: 1, maxLength: 3 }),
  bytes,
  staged: fc.boolean(),
});
const state = fc.record({
  named: fc.uniqueArray(fc.constantFrom(...Object.keys(changes)), { maxLength: 5 }),
  writes: fc.array(write, { maxLength: 6 }),
});

async function apply(lab: string, { path, bytes, staged }: Write): Promise<void> {
  const file = join(lab, ...path);
  // Attributes could turn line ends: then files and trees differ for everybody.
  if (path.includes('.gitattributes')) return;
  if (bytes.length === 0) await rm(file, { recursive: true });
  else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  if (staged) await git(lab, 'add', '--all', '--', `:(literal)${path.join('/')}`);
}

let template: string;
let world: ReturnType<typeof smallWorld>['context']['world'];
beforeEach(async () => {
  template = await temporaryLab();
  await put(template, 'spec.json', '{}\n');
  await commitBeginnings(template);
  world = smallWorld(await temporaryFolder()).context.world;
});

/** Makes a state, records it, and makes it again from what was recorded; says whether it was dirty. */
async function comesBack(named: readonly string[], writes: readonly Write[]): Promise<boolean> {
  const lab = await copyOf(template);
  try {
    // Some changes undo what another needs: the state is whatever came of those that could be made.
    for (const name of named) await changes[name]?.(lab).catch(() => undefined);
    for (const one of writes) await apply(lab, one).catch(() => undefined);
    const [expected, before] = [await treeByGit(lab), await untouched(lab)];
    const { state: code, patch } = await readCode(world, lab);
    expect(await untouched(lab)).toEqual(before);
    if (code.git?.dirty !== true) {
      expect(await git(lab, 'status', '--porcelain')).toBe('');
      return false;
    }
    expect({ tree: code.git.tree, leftOut: code.git.left_out }).toEqual({
      tree: expected,
      leftOut: undefined,
    });
    const file = patch === undefined ? undefined : await put(dirname(lab), 'git.patch', patch);
    expect(await rebuiltTree(lab, code.gitSha, file)).toBe(expected);
    return true;
  } finally {
    await rm(dirname(lab), { recursive: true });
  }
}

test('any one change comes back from commit and patch', async () => {
  for (const name of Object.keys(changes)) await comesBack([name], []);
});

test('50 of 50 dirty states come back, and none is touched', async () => {
  // Some states that are drawn are clean: others are drawn in their place.
  const all = fc.asyncProperty(state, async ({ named, writes }) => fc.pre(await comesBack(named, writes)));
  await fc.assert(all, { numRuns: 50, endOnFailure: true });
});
