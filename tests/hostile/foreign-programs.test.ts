import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { program } from '../rig.ts';
import { onlyRun } from '../runs.ts';
import { type Ground, newGround, newRepository, runIn } from './ground.ts';
import { lines, Repository } from './repository.ts';
import { mine } from './whole-run.ts';

/** A few commits with something in each place that a program could be hooked into. */
function fill(repository: Repository): Repository {
  const attributes = '* diff=evil filter=evil merge=evil\n*.bin diff\n';
  for (const at of [1, 2, 3]) {
    const files = {
      '.gitattributes': attributes,
      'a.c': lines(9 * at),
      'b.bin': `\0${at}`,
      [`moved${at}`]: lines(20),
    };
    repository.commit({ files });
  }
  return repository;
}

/** Every setting of git by which a repository can have a program run. */
function hooked(ground: Ground): Record<string, string> {
  const settings = {
    ...{
      'core.pager': 'pager',
      'core.editor': 'editor',
      'core.sshCommand': 'ssh',
      'core.askPass': 'askpass',
    },
    ...{ 'core.fsmonitor': 'fsmonitor', 'core.gitProxy': 'proxy', 'core.alternateRefsCommand': 'alternates' },
    ...{ 'diff.external': 'external', 'diff.evil.command': 'command', 'diff.evil.textconv': 'textconv' },
    ...{ 'filter.evil.clean': 'clean', 'filter.evil.smudge': 'smudge', 'filter.evil.process': 'process' },
    ...{
      'merge.evil.driver': 'driver',
      'gpg.program': 'gpg',
      'gpg.ssh.program': 'sshgpg',
      'pager.log': 'pagerlog',
    },
    ...{
      'credential.helper': 'credential',
      'interactive.diffFilter': 'interactive',
      'uploadpack.packObjectsHook': 'pack',
    },
    ...{
      'alias.rev-list': 'alias',
      'alias.diff-tree': 'alias',
      'alias.cat-file': 'alias',
      'alias.rev-parse': 'alias',
    },
    ...{
      'remote.origin.uploadpack': 'uploadpack',
      'browser.x.cmd': 'browser',
      'sequence.editor': 'sequence',
    },
  };
  const shell = (name: string) => (/credential|alias/.test(name) ? '!' : '');
  return Object.fromEntries(
    Object.entries(settings).map(([name, canary]) => [name, `${shell(name)}${ground.canary(canary)};:`]),
  );
}

/** Puts a program that leaves a trace at every place in a repository. */
function hook(ground: Ground, repository: Repository): void {
  const settings = {
    ...hooked(ground),
    'core.hooksPath': 'hooks',
    'log.showSignature': 'true',
    'diff.evil.cachetextconv': 'true',
  };
  for (const [name, value] of Object.entries(settings)) repository.git(['config', name, value]);
  mkdirSync(join(repository.path, 'hooks'));
  mkdirSync(join(repository.path, 'info'), { recursive: true });
  const hooks = [
    'post-checkout',
    'pre-auto-gc',
    'reference-transaction',
    'post-index-change',
    'fsmonitor-watchman',
  ];
  for (const name of [...hooks, 'post-merge', 'post-rewrite', 'update', 'proc-receive']) {
    writeFileSync(join(repository.path, 'hooks', name), `#!/bin/sh\n${ground.canary(name)}\n`);
    chmodSync(join(repository.path, 'hooks', name), 0o755);
  }
  writeFileSync(join(repository.path, 'info/attributes'), '* diff=evil filter=evil\n');
}

const traces = ({ root }: Ground) => readdirSync(root).filter((name) => name.startsWith('ran-'));

describe('S3: nothing of a repository runs', () => {
  test('whatever it, the user and the environment configure, and the bytes are the same', async () => {
    const plain = await newGround();
    const repository = fill(newRepository(plain));
    const { stream } = await mine(plain);

    const ground = await newGround();
    const evil = fill(newRepository(ground));
    hook(ground, evil);
    cpSync(join(evil.path, 'config'), join(ground.root, 'home/.gitconfig'));
    const run = ground.canary('environment');
    const caller = {
      ...{
        GIT_EXTERNAL_DIFF: run,
        GIT_PAGER: run,
        PAGER: run,
        GIT_EDITOR: run,
        EDITOR: run,
        GIT_ASKPASS: run,
      },
      ...{
        GIT_SSH_COMMAND: run,
        GIT_PROXY_COMMAND: run,
        SSH_ASKPASS: run,
        GIT_CONFIG_PARAMETERS: `'diff.external=${run}'`,
      },
      ...{ GIT_TEMPLATE_DIR: evil.path, GIT_CONFIG_GLOBAL: join(evil.path, 'config') },
    };
    const mined = await mine(ground, [], caller);
    expect(mined.stream.equals(stream)).toBe(true);
    for (const [at, sha] of ['HEAD', repository.head.slice(0, 9)].entries())
      expect(await runIn(ground, ['summ', sha, '--repo', '../mined'], caller), String(at)).toMatchObject({
        code: 0,
      });
    expect(traces(ground)).toEqual([]);
    // The traps do work: git's own log walks into them.
    await program('git', ['--git-dir', evil.path, 'log', '-p', '--ext-diff'], { cwd: ground.root });
    expect(traces(ground)).not.toEqual([]);
  });

  test('S10: a work tree with an index, hooks and filters is left to the byte, from a folder in it too', async () => {
    const ground = await newGround();
    const bare = fill(newRepository(ground));
    const tree = join(ground.root, 'tree');
    await program('git', ['clone', '-q', bare.path, tree], { cwd: ground.root });
    const settings = new Repository(join(ground.root, 'settings'));
    hook(ground, settings);
    cpSync(join(settings.path, 'config'), join(ground.root, 'home/.gitconfig'));
    cpSync(join(settings.path, 'hooks'), join(tree, '.git/hooks'), { recursive: true });
    writeFileSync(
      join(tree, '.git/config'),
      readFileSync(join(settings.path, 'config'), 'utf8').replace('bare = true', 'bare = false'),
    );
    mkdirSync(join(tree, 'deep/er'), { recursive: true });
    for (const at of ['../tree', '../tree/deep/er', '../tree/.git']) {
      const ran = await runIn(ground, ['mine', '--repo', at, '--limit', '2']);
      expect(ran, at).toMatchObject({ code: 0 });
    }
    // The three are the same work.
    expect((await onlyRun(ground.lab)).manifest.history).toMatchObject({ head: bare.head, commits: 2 });
    expect(traces(ground)).toEqual([]);
  });
});

describe('S4: whose repository it is', () => {
  test('one of another user is read, and nothing of it run', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('no right to give files away; run as root');
    const ground = await newGround();
    const repository = fill(newRepository(ground));
    hook(ground, repository);
    expect(spawnSync('chown', ['-R', '65534:65534', repository.path]).status).toBe(0);
    const { records } = await mine(ground);
    expect(records).toHaveLength(3);
  });

  test('a bare one buried in a work tree is not taken for the one around it, nor run', async () => {
    const ground = await newGround();
    const outer = fill(newRepository(ground));
    const tree = join(ground.root, 'tree');
    await program('git', ['clone', '-q', outer.path, tree], { cwd: ground.root });
    const buried = new Repository(join(tree, 'docs/buried'));
    const inner = buried.commit({ files: { x: '1\n' } });
    hook(ground, buried);
    for (const [at, head] of [
      ['../tree', outer.head],
      ['../tree/docs', outer.head],
      ['../tree/docs/buried', inner],
    ] as const) {
      const { stdout } = await runIn(ground, ['mine', '--repo', at, '--json', '--again']);
      expect(JSON.parse(stdout).run.history.head, at).toBe(head);
    }
    expect(traces(ground)).toEqual([]);
  });
});
