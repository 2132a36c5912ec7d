import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './command.mjs';

/** Steps in which something is not as it should be: each works, or says what to do, as docs/1-build/NIX.md has it. */
export function troubleSteps({ nix, flake, sources, folder, facts }) {
  const version = ['run', '.#timelab', '--', '--version'];
  return {
    'outside a lab, the command says how to make one': async () => {
      const nowhere = join(folder, 'nowhere');
      mkdirSync(nowhere);
      const call = nix(['run', `${flake}#timelab`, '--', 'ai', '--spec', 'x.json'], { cwd: nowhere });
      await assert.rejects(call, ({ details }) => /is in no lab[\s\S]*timelab init/.test(details));
    },
    'Nix without flakes names the feature it lacks, and takes it by a flag': async () => {
      const env = { NIX_CONFIG: 'experimental-features =\nsandbox = false\nbuild-users-group =\n' };
      const lacks = /experimental Nix feature 'nix-command' is disabled/;
      await assert.rejects(nix(version, { env }), ({ details }) => lacks.test(details));
      await nix(['--extra-experimental-features', 'nix-command flakes', ...version], { env });
    },
    'a dirty tree builds, and its records say so': async () => {
      const page = join(sources, 'README.md');
      appendFileSync(page, '\n');
      try {
        const { dirty, rev } = await facts();
        assert.deepEqual({ dirty, rev }, { dirty: true, rev: undefined });
        await nix(version);
      } finally {
        await output('git', ['checkout', '--quiet', '--', page], { cwd: sources });
      }
    },
    'a file that git does not know is named': async () => {
      const file = join(sources, 'flake.nix');
      const before = readFileSync(file, 'utf8');
      writeFileSync(file, before.replace('\n  in {', '\n  in {\n    with-new = import ./nix/new.nix;'));
      writeFileSync(join(sources, 'nix/new.nix'), '{}\n');
      try {
        const call = nix(['eval', '.#with-new']);
        await assert.rejects(call, ({ details }) =>
          /new\.nix.*(does not exist|No such file|not tracked)/s.test(details),
        );
      } finally {
        writeFileSync(file, before);
        rmSync(join(sources, 'nix/new.nix'));
      }
    },
  };
}
