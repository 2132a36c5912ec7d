import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startGitServer } from './git-server.ts';
import { mined, recordsOf } from './mining.ts';
import { addHistory, git, serveHistory } from './remote-history.ts';
import { ended, put, startTimelab, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { runsOf } from './runs.ts';

/** A lab whose git finds github.com/ada on a server of this machine. */
async function served() {
  const root = await temporaryFolder();
  const repository = await serveHistory(root, 'engine.git', 60);
  const server = await startGitServer(root);
  const lab = await temporaryLab();
  const home = await temporaryFolder();
  const elsewhere = `[url "${server.url}/"]\n\tinsteadOf = https://github.com/ada/\n`;
  const env = { HOME: home, GIT_CONFIG_GLOBAL: await put(home, 'config', elsewhere) };
  return { repository, server, lab, home, env, clones: join(home, '.cache/timelab/clones') };
}

const onGitHub = ['mine', '--repo', 'ada', '--name', 'engine', '--limit', '5', '--allow-net'];

describe('timelab mine of a repository on GitHub', () => {
  test('mines the newest commits, records whom it asked, and fetches once for it', async () => {
    const { repository, lab, env } = await served();
    const run = await mined(lab, onGitHub, env);
    const ids = await git(repository, 'rev-list', '-n5', 'main');
    expect((await recordsOf(run)).map(({ id }) => id)).toEqual(ids.split('\n'));
    expect(run.manifest.history).toMatchObject({
      repository: { owner: 'ada', name: 'engine' },
      head: await git(repository, 'rev-parse', 'main'),
      fetches: 1,
    });
    expect(JSON.stringify(run.manifest)).toContain('"hosts":["127.0.0.1"]');
    const again = await mined(lab, onGitHub, env);
    expect(again.folder).toBe(run.folder);
    await addHistory(repository, 60, 2);
    const later = await mined(lab, onGitHub, env);
    expect(later.manifest.history).toMatchObject({
      fetches: 2,
      head: await git(repository, 'rev-parse', 'main'),
    });
  });

  test('without leave to use the network asks nobody, and says how to give it', async () => {
    const { server, lab, env, clones } = await served();
    const ran = await timelab(onGitHub.slice(0, -1), { cwd: lab, env });
    expect(ran).toMatchObject({ code: 70, stdout: '' });
    expect(ran.stderr).toMatch(/^Network not allowed: Git would reach github\.com.*\n.*--allow-net/);
    expect(server.served).toEqual([]);
    expect(existsSync(clones)).toBe(false);
  });

  test('that is not there', async () => {
    const { lab, env } = await served();
    const ran = await timelab(['mine', '--repo', 'ada', '--name', 'nothing', '--allow-net'], {
      cwd: lab,
      env,
    });
    expect(ran.code).toBe(70);
    expect(ran.stderr).toMatch(
      /https:\/\/github\.com\/ada\/nothing\.git: there is no repository at that address \(404\)/,
    );
  });

  test.each([
    ['ext::sh -c id', /control character, a space/],
    ['https://ada:s3cret@git.example/a', /holds a password/],
    ['http://git.example/a', /http: on git\.example/],
    ['--upload-pack=id', /option|argument/],
  ])('--repo %j is a wrong call', async (repo, reason) => {
    const { lab, env } = await served();
    const ran = await timelab(['mine', '--repo', repo, '--allow-net'], { cwd: lab, env });
    expect(ran.code).toBe(64);
    expect(ran.stderr).toMatch(reason);
    expect(ran.stderr).not.toContain('s3cret');
  });
});

/** Starts mining against a server that lets the pack hang, and waits until it does. */
async function inTheMiddle() {
  const all = await served();
  all.server.wrong = ({ command, path }) =>
    path.endsWith('/git-upload-pack') && command === 'fetch' ? 'hang' : undefined;
  const child = startTimelab(onGitHub, { cwd: all.lab, env: all.env });
  const end = ended(child);
  while (!all.server.served.some(({ command }) => command === 'fetch')) await wait(10);
  return { ...all, child, end };
}

describe('timelab mine that is ended while it fetches', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s dies of it and leaves nothing half done',
    async (signal) => {
      const { child, end, lab, env, server, clones } = await inTheMiddle();
      child.kill(signal);
      expect(await end).toMatchObject({ signal, code: null });
      expect(await readdir(clones)).toEqual([]);
      expect(await runsOf(lab)).toEqual([]);
      server.wrong = undefined;
      expect((await mined(lab, onGitHub, env)).manifest.status).toBe('ok');
    },
  );

  test('by SIGKILL is no hindrance to the next, which waited for it', async () => {
    const { child, end, lab, env, server, clones } = await inTheMiddle();
    const next = startTimelab(onGitHub, { cwd: lab, env });
    const nextEnd = ended(next);
    await wait(500);
    server.wrong = undefined;
    child.kill('SIGKILL');
    expect(await end).toMatchObject({ signal: 'SIGKILL' });
    expect(await nextEnd).toMatchObject({ code: 0 });
    const [clone = '', ...rest] = await readdir(clones);
    expect(rest).toEqual([]);
    expect(await readFile(join(clones, clone, 'config'), 'utf8')).toContain(
      'https://github.com/ada/engine.git',
    );
  });
});
