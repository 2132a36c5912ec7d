import { chmod, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from '../../packages/cli/src/effects/find-program.ts';
import { type MinedWorld, minedWorld } from '../mined-history.ts';
import { mined } from '../mining.ts';
import { program, put, temporaryFolder, timelab } from '../rig.ts';
import { runsOf } from '../runs.ts';
import { scriptedModel } from '../scripted-model.ts';

let world: MinedWorld;
beforeAll(async () => {
  world = await minedWorld(3);
});
afterAll(async () => await world.remove());

const call = ['mine', '--repo', '../engine', '--again'];

/** A PATH with git and node alone: no program that makes a fence. */
async function pathWithoutFences(): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of ['git', 'node', 'sync']) {
    const found = findProgram(process.env, name);
    if (found !== undefined) await symlink(found, join(folder, name));
  }
  return folder;
}

test('where no fence can be had nothing is started, and the way out is said', async () => {
  const before = await runsOf(world.lab);
  const refused = await timelab(call, { cwd: world.lab, env: { PATH: await pathWithoutFences() } });
  expect(refused).toMatchObject({ code: 70, stdout: '' });
  expect(refused.stderr).toMatch(/^No isolation: .*\n.*TIMELAB_ISOLATION=none/);
  expect(await runsOf(world.lab)).toEqual(before);
});

test('none is recorded where it was asked for, and the bytes are those of any other', async () => {
  const fenced = await mined(world.lab, call);
  const open = await mined(world.lab, call, { PATH: await pathWithoutFences(), TIMELAB_ISOLATION: 'none' });
  expect(open.manifest.network).toEqual({ allowed: false, hosts: [], helpers: 'none' });
  expect(open.manifest.history?.stream_sha256).toBe(fenced.manifest.history?.stream_sha256);
  expect(open.manifest.inputs_key).toBe(fenced.manifest.inputs_key);
});

test('an isolation that is none is a wrong call, and one that is not here a refusal', async () => {
  const wrong = await timelab(call, { cwd: world.lab, env: { TIMELAB_ISOLATION: 'wall' } });
  expect(wrong).toMatchObject({ code: 64, stdout: '' });
  expect(wrong.stderr).toContain('bubblewrap, namespace, none');
  const env = { PATH: await pathWithoutFences(), TIMELAB_ISOLATION: 'bubblewrap' };
  expect(await timelab(call, { cwd: world.lab, env })).toMatchObject({ code: 70 });
});

test('a repository that borrows its objects from another is read behind the fence', async () => {
  const folder = await temporaryFolder();
  const words = ['clone', '--quiet', '--shared', '--bare', world.repository, 'borrower'];
  expect(await program('git', words, { cwd: folder })).toMatchObject({ code: 0 });
  const borrowed = await mined(world.lab, ['mine', '--repo', join(folder, 'borrower'), '--again']);
  expect(borrowed.manifest).toMatchObject({ status: 'ok', history: { commits: 3 } });
});

/** A git that looks nothing up where it shares the network of the tests: it ends with 99 instead. */
async function shyGit(): Promise<string> {
  const folder = await temporaryFolder();
  const network = await readlink('/proc/self/ns/net');
  const git = findProgram(process.env, 'git') ?? '';
  const lookups =
    '*" --git-dir=/dev/null "*) ;; *" rev-parse "*|*" rev-list "*|*" cat-file "*|*" diff-tree "*|*" for-each-ref "*';
  const script = `#!/bin/sh
case " $* " in
*" --git-dir="*) case " $* " in ${lookups})
  [ "$(readlink /proc/self/ns/net)" = '${network}' ] && { echo 'not fenced' >&2; exit 99; };; esac;;
esac
exec '${git}' "$@"
`;
  await chmod(await put(folder, 'git', script), 0o755);
  return `${folder}:${process.env['PATH']}`;
}

test('git looks things up in a repository behind the fence, here and in a clone of it', async () => {
  const { env } = await scriptedModel();
  const shy = { ...env, PATH: await shyGit() };
  for (const repository of ['../engine', `file://${world.repository}`]) {
    const more = ['--model', 'ollama:m'];
    const head = await mined(world.lab, ['summ', 'HEAD', '--repo', repository, ...more], shy);
    expect(head.manifest).toMatchObject({ status: 'ok', network: { helpers: expect.any(String) } });
    const some = ['mine', '--repo', repository, '--again', '--path', 'src', '--since', '2020-01-01'];
    expect((await mined(world.lab, some, shy)).manifest.status).toBe('ok');
  }
  const open = { ...shy, TIMELAB_ISOLATION: 'none' };
  const bare = await timelab(['summ', 'HEAD', '--repo', '../engine'], { cwd: world.lab, env: open });
  expect(bare.code).not.toBe(0);
});

test('a fence that breaks is told, and not taken for what git says of a repository', async () => {
  const folder = await temporaryFolder();
  const script = `#!/bin/sh\ncase "$*" in *rev-parse*) echo 'bwrap: it broke' >&2; exit 1;; esac\nexec '${findProgram(process.env, 'bwrap')}' "$@"\n`;
  await chmod(await put(folder, 'bwrap', script), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const ran = await timelab(call, { cwd: world.lab, env });
  expect(ran).toMatchObject({ code: 70, stderr: expect.stringContaining('it broke') });
});

test('a folder that shares the refs of another repository by links is read behind the fence', async () => {
  const folder = await temporaryFolder();
  for (const name of ['objects', 'refs', 'packed-refs', 'config'])
    await symlink(join(world.repository, '.git', name), join(folder, name));
  await put(folder, 'HEAD', 'ref: refs/heads/main\n');
  const shared = await mined(world.lab, ['mine', '--repo', folder, '--again']);
  expect(shared.manifest).toMatchObject({ status: 'ok', history: { commits: 3 } });
});

const noBubblewrap = findProgram(process.env, 'bwrap') === undefined;
test.skipIf(noBubblewrap)('a git in a home folder brings none of that home with it', async () => {
  const home = await temporaryFolder();
  const git = findProgram(process.env, 'git') ?? '';
  await put(home, 'secret', 'nobody else’s business');
  await put(home, 'bin/git', `#!/bin/sh\nexec '${git}' "$@"\n`);
  await chmod(join(home, 'bin/git'), 0o755);
  const spy = await put(
    home,
    'spy',
    `#!/bin/sh\n[ "$1" = --version ] && { echo 'rust_extractor 0'; exit; }\nls -a '${home}' >&2\nexit 70\n`,
  );
  await chmod(spy, 0o755);
  const env = { PATH: `${home}/bin:${process.env['PATH']}`, TIMELAB_RUST_EXTRACTOR: spy };
  const { code, stderr } = await timelab(call, { cwd: world.lab, env });
  expect(code).toBe(70);
  expect(stderr).toContain('spy');
  expect(stderr).toContain('bin');
  expect(stderr).not.toContain('secret');
});
