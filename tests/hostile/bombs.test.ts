import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository as product } from '../rig.ts';
import { type Ground, newGround, newRepository } from './ground.ts';
import { lines, type Repository } from './repository.ts';
import { type Mined, mine } from './whole-run.ts';

const extractor = join(product, 'tools/rust_extractor/target/release/rust_extractor');

/** Stands in for rust_extractor, runs it, and keeps the most memory that it held itself (proc(5), VmHWM). */
function meter({ root, lab }: Ground): { readonly program: string; megabytes(): number } {
  const program = join(root, 'metered');
  const note = join(lab, '.git', 'peak');
  const watch = `while grep VmHWM /proc/$!/status > '${note}.new' 2>&-; do mv '${note}.new' '${note}'; sleep 0.02; done`;
  writeFileSync(
    program,
    // It begins when it has been looked at once, since it may be quicker than the next look.
    `#!/bin/sh
exec 3<&0
[ "$1" = history ] || exec '${extractor}' "$@" <&3
mkfifo '${note}.gate'
{ read -r _ < '${note}.gate'; rm '${note}.gate'; exec '${extractor}' "$@" <&3; } &
grep VmHWM /proc/$!/status > '${note}'
echo > '${note}.gate'
${watch}
wait $!
`,
  );
  chmodSync(program, 0o755);
  return {
    program,
    megabytes: () => Number(/(\d+) kB/.exec(readFileSync(note, 'utf8'))?.[1]) / 1000,
  };
}

interface Bomb {
  readonly bomb: string;
  readonly make: (repository: Repository) => (mined: Mined) => void;
}

const deep = `${Array.from({ length: 200 }, (_, at) => `folder-${at}`).join('/')}/file`;

const bombs: readonly Bomb[] = [
  {
    bomb: 'a hundred thousand files in one commit',
    make: (repository) => {
      const files = Array.from(
        { length: 100_000 },
        (_, at) => [`some/${at % 1000}/file ${at}.rs`, 'x\n'] as const,
      );
      repository.commitMany(files);
      return ({ records: [record] }) =>
        expect(record?.stats).toEqual({ files: 100_000, added: 100_000, deleted: 0 });
    },
  },
  {
    bomb: 'a line of 30 MB',
    make: (repository) => {
      repository.commitMany([['long', `${'x'.repeat(30_000_000)}\n${lines(3)}`]]);
      return ({ records: [record] }) => {
        expect(record).toMatchObject({ stats: { files: 1, added: 4, deleted: 0 } });
        expect(record?.patch.bytes).toBeGreaterThan(30_000_000);
      };
    },
  },
  {
    bomb: 'a path of 200 folders',
    make: (repository) => {
      repository.commitMany([[deep, 'one\n']]);
      repository.commitMany([[`${deep}s`, 'one\n']]);
      return ({ records: [record] }) =>
        expect(record?.files).toMatchObject([{ status: 'R', old_path: deep, path: `${deep}s` }]);
    },
  },
];

test.each(bombs)('S9, T9: $bomb takes little memory, and is read to its end', async ({ make }) => {
  const ground = await newGround();
  const { program, megabytes } = meter(ground);
  const holds = make(newRepository(ground));
  // Behind a fence the meter could neither find the extractor nor leave its note.
  const mined = await mine(ground, [], { TIMELAB_RUST_EXTRACTOR: program, TIMELAB_ISOLATION: 'none' });
  holds(mined);
  expect(megabytes()).toBeGreaterThan(0);
  expect(megabytes()).toBeLessThan(64);
});
