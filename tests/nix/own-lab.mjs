import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { inRepository } from '../../scripts/repository.mjs';
import { output } from './command.mjs';
import { identity } from './snapshot.mjs';

/**
 * Steps that make labs of one's own, as docs/1-build/NIX.md has them typed: with the registry of a home of their own, and
 * with `--override-input`. `facts()` gives what the flake under test tells its records.
 */
export function ownLabSteps({ nix, flake, folder, facts }) {
  const git = async (cwd, ...words) =>
    await output('git', words, { cwd, env: { ...process.env, ...identity } });
  return {
    'timelab init --nix, inside another repository: records hold the lock of the lab': async () => {
      const outer = join(folder, 'outer');
      const lab = join(outer, 'lab');
      mkdirSync(outer);
      await git(outer, 'init', '--quiet');
      const home = { HOME: join(folder, 'home'), XDG_CONFIG_HOME: join(folder, 'home/.config') };
      mkdirSync(home.HOME);
      await nix(['registry', 'add', 'timelab', flake], { env: home });
      await nix(['run', 'timelab', '--', 'init', '--nix', lab], { env: home });
      await git(lab, 'add', '--all');
      // bubblewrap shows a program its store and no more; those of the stand-in lie elsewhere on this machine, too.
      const env = { ...home, TIMELAB_ISOLATION: 'namespace' };
      const inShell = async (...words) => await nix(['develop', '-c', ...words], { cwd: lab, env });
      assert.match(await inShell('timelab', '--version'), /^\d+\.\d+\.\d+\n$/);
      await git(lab, 'add', 'flake.lock');
      await git(lab, 'commit', '--quiet', '--message', 'a lab');
      const printed = await inShell('timelab', 'summ', 'HEAD');
      const record = readJson(printed.split('\n')[0]);
      const lock = readFileSync(join(lab, 'flake.lock'));
      assert.equal(record.flake_lock_sha256, createHash('sha256').update(lock).digest('hex'));
      assert.equal(JSON.parse(lock).nodes.timelab.locked.rev, record.flake.rev);
      assert.deepEqual(record.flake, await facts());
      assert.equal(record.git.dirty, false, 'Nix has left something in the lab that git sees');
    },
    'nix flake init --template gives the same files, and --override-input their timelab': async () => {
      const lab = join(folder, 'own-lab');
      mkdirSync(lab);
      await git(lab, 'init', '--quiet');
      await nix(['flake', 'init', '--template', flake], { cwd: lab });
      const template = inRepository('nix/template');
      for (const name of readdirSync(template))
        assert.ok(readFileSync(join(lab, name)).equals(readFileSync(join(template, name))), name);
      await git(lab, 'add', '--all');
      const words = ['develop', '--override-input', 'timelab', flake, '-c', 'timelab', '--version'];
      assert.match(await nix(words, { cwd: lab }), /^\d+\.\d+\.\d+\n$/);
    },
  };
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
