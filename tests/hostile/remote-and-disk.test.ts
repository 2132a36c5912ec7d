import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Served, startGitServer } from '../git-server.ts';
import { program, temporaryFolder, timelab } from '../rig.ts';
import { onlyRun, runsOf } from '../runs.ts';
import { snapshot } from '../snapshot.ts';
import { type Ground, newGround, newRepository } from './ground.ts';
import { lines, Repository } from './repository.ts';
import { mine } from './whole-run.ts';

/** A history of so many commits, all of one size, with files that come, change, move and go. */
function grow(repository: Repository, commits: number): Repository {
  for (let at = 0; at < commits; at += 1) {
    const kept = at % 3 === 0 ? { [`kept/${at}`]: lines(at) } : { kept: lines(at) };
    repository.commit({ files: { 'a.c': `int f() {\n${lines(30)}return ${at};\n}\n`, ...kept } });
  }
  return repository;
}

/** A history that a server gives away, in parts too. */
async function served(commits: number) {
  const folder = await temporaryFolder('served');
  const repository = grow(new Repository(join(folder, 'engine.git')), commits);
  repository.git(['config', 'uploadpack.allowFilter', 'true']);
  repository.git(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  repository.git(['repack', '-adq']);
  const server = await startGitServer(folder);
  return { repository, server, url: `${server.url}/engine.git` };
}

async function mineRemote({ lab, env }: Ground, url: string, ...args: string[]) {
  return await timelab(['mine', '--repo', url, '--allow-net', ...args], { cwd: lab, env });
}

const streamOf = async (lab: string) =>
  readFileSync(join((await onlyRun(lab)).folder, 'output/commits.jsonl'));

describe('T28: clones', () => {
  test('full, shallow and without contents give the bytes of the repository itself', async () => {
    const { repository, url } = await served(12);
    const streams: Record<string, Buffer> = {};
    for (const mode of ['full', 'shallow', 'diff-only']) {
      const ground = await newGround();
      const ran = await mineRemote(ground, url, '--fetch-mode', mode, '--limit', '8');
      expect(ran, mode).toMatchObject({ code: 0 });
      streams[mode] = await streamOf(ground.lab);
    }
    const ground = await newGround();
    renameSync(repository.path, join(ground.root, 'mined'));
    const { stream, records } = await mine(ground, ['--limit', '8']);
    expect(records).toHaveLength(8);
    for (const [mode, bytes] of Object.entries(streams)) expect(bytes.equals(stream), mode).toBe(true);
  });

  test.each([5, 40])('without contents: %i commits take a clone and at most two fetches', async (limit) => {
    const { url } = await served(45);
    const ground = await newGround();
    const trace = join(ground.root, 'trace');
    const env = { ...ground.env, GIT_TRACE2_EVENT: trace };
    const ran = await mineRemote({ ...ground, env }, url, '--limit', String(limit));
    expect(ran).toMatchObject({ code: 0 });
    const started = readFileSync(trace, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const names = started.filter(({ event }) => event === 'cmd_name').map(({ name }) => name);
    const { manifest } = await onlyRun(ground.lab);
    expect(names.filter((name) => name === 'clone')).toHaveLength(1);
    expect(names.filter((name) => name === 'fetch').length).toBeLessThanOrEqual(2);
    expect(manifest.history?.fetches).toBe(names.filter((name) => name === 'fetch').length);
    expect(names.filter((name) => /gc|maintenance|repack/.test(name))).toEqual([]);
    expect(manifest.network).toMatchObject({ allowed: true, hosts: ['127.0.0.1'] });
  });

  test('a partial clone of somebody’s own is not filled up behind their back', async () => {
    const { url } = await served(3);
    const ground = await newGround();
    const partial = join(ground.root, 'mined');
    const clone = ['clone', '-q', '--bare', '--filter=blob:none', url, partial];
    expect(await program('git', clone, { cwd: ground.root })).toMatchObject({ code: 0 });
    const before = await snapshot(partial);
    const ran = await timelab(['mine', '--repo', partial], { cwd: ground.lab, env: ground.env });
    expect(ran).toMatchObject({ code: 65, stderr: expect.stringMatching(/fetch them first/) });
    expect(await snapshot(partial)).toEqual(before);
    const { folder, manifest } = await onlyRun(ground.lab);
    expect(manifest).toMatchObject({ status: 'error', error: { code: 65, kind: 'repository_invalid' } });
    expect(readdirSync(folder).sort()).toEqual(['input', 'logs', 'run.json']);
  });
});

describe('T29: what breaks off', () => {
  test('a server that goes away before the contents came: said so, and the next run goes on', async () => {
    const { url, server } = await served(10);
    const ground = await newGround();
    let fetches = 0;
    // A long request is packed, and says what it is for by its path alone.
    const isFetch = ({ path, command }: Served) => /git-upload-pack$/.test(path) && command !== 'ls-refs';
    server.wrong = (request) => (isFetch(request) && fetches++ > 0 ? { cutAfter: 200 } : undefined);
    const broken = await mineRemote(ground, url);
    expect(broken).toMatchObject({
      code: 70,
      stderr: expect.stringMatching(/Remote repository could not be fetched/),
    });
    expect(await runsOf(ground.lab)).toEqual([]);
    server.wrong = undefined;
    const before = server.served.length;
    expect(await mineRemote(ground, url)).toMatchObject({ code: 0 });
    const again = server.served.slice(before).filter(isFetch);
    expect(again.length).toBeLessThanOrEqual(2);
    expect((await streamOf(ground.lab)).toString().trimEnd().split('\n')).toHaveLength(10);
  });

  test('a disk that is full: said so, and there is no half tree', async (context) => {
    const ground = await newGround();
    if (!mount(ground.lab, 'size=3m')) return context.skip('no right to mount a disk; run as root');
    try {
      await timelab(['init', ground.lab], { cwd: ground.root });
      const large = Array.from({ length: 6 }, (_, at) => [`${at}`, lines(60_000, `${at}`)] as const);
      newRepository(ground).commitMany(large);
      const args = ['mine', '--repo', '../mined'];
      const ran = await timelab(args, { cwd: ground.lab, env: ground.env });
      expect(ran).toMatchObject({ code: 70, stderr: expect.stringMatching(/disk is full/i) });
      expect(await runsOf(ground.lab)).toMatchObject([
        { manifest: { status: 'error', error: { kind: 'disk_full' } } },
      ]);
      const paths = readdirSync(ground.lab, { recursive: true }).map(String);
      expect(paths.filter((path) => /^\d{4}\/.*\boutput\b/.test(path))).toEqual([]);
      mount(ground.lab, 'remount,size=60m');
      expect(await timelab(args, { cwd: ground.lab, env: ground.env })).toMatchObject({ code: 0 });
    } finally {
      spawnSync('umount', ['--lazy', ground.lab]);
    }
  });
});

function mount(folder: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder]).status === 0;
}

test('T30: a second run writes to nothing, and a third to a folder of its own', async () => {
  const ground = await newGround();
  grow(newRepository(ground), 5);
  const first = await mine(ground);
  const before = await snapshot(ground.lab);
  const args = ['mine', '--repo', '../mined'];
  const second = await timelab(args, { cwd: ground.lab, env: ground.env });
  expect(second).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Nothing is new since /) });
  expect(await snapshot(ground.lab)).toEqual(before);
  const third = await timelab([...args, '--again'], { cwd: ground.lab, env: ground.env });
  expect(third.code).toBe(0);
  const after = await snapshot(ground.lab);
  const run = first.folder.slice(ground.lab.length + 1);
  const kept = ([path]: [string, string]) => path.startsWith(`${run}/`);
  expect(Object.entries(after).filter(kept)).toEqual(Object.entries(before).filter(kept));
  const streams = (await runsOf(ground.lab)).map(({ manifest }) => manifest.history?.stream_sha256);
  expect(new Set(streams).size).toBe(1);
  expect(streams).toHaveLength(2);
});
