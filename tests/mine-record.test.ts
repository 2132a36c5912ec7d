import { chmod, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addSteps, git, type MinedWorld, minedHistory, minedWorld } from './mined-history.ts';
import { idsOf, type MinedRun, mined, sha256sum, textOf } from './mining.ts';
import { faultsBySchema } from './published-schema.ts';
import { program, put, temporaryFolder, timelab } from './rig.ts';
import { sha256 } from './snapshot.ts';

let world: MinedWorld;
let run: MinedRun;

beforeAll(async () => {
  world = await minedWorld(60);
  run = await mined(world.lab, ['mine', '--repo', '../engine', '--limit', '50']);
});
afterAll(async () => await world.remove());

/**
 * Every argument list that git was called with, by a `git` that writes them down, each into a file of its own, before
 * it is git.
 */
async function listeningGit(): Promise<{ env: Record<string, string>; calls: () => Promise<string[][]> }> {
  const folder = await temporaryFolder();
  const { stdout } = await program('sh', ['-c', 'command -v git'], { cwd: '/' });
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/calls/'$$\nexec '${stdout.trim()}' "$@"\n`;
  await mkdir(join(folder, 'calls'));
  await put(folder, 'bin/git', script);
  await program('chmod', ['755', join(folder, 'bin/git')], { cwd: '/' });
  return {
    // It writes where a fenced program cannot.
    env: { PATH: `${folder}/bin:${process.env['PATH']}`, TIMELAB_ISOLATION: 'none' },
    calls: async () => {
      const names = await readdir(join(folder, 'calls'));
      const lists = await Promise.all(names.map((name) => readFile(join(folder, 'calls', name), 'utf8')));
      return lists.map((list) => list.trimEnd().split('\n'));
    },
  };
}

describe('the record of a mined history', () => {
  test('is valid, and says what was mined', async () => {
    const { manifest } = run;
    expect(faultsBySchema('run', manifest)).toEqual([]);
    expect(await timelab(['check', join(run.folder, 'run.json')], { cwd: world.lab })).toMatchObject({
      code: 0,
    });
    const ids = await git(world.repository, 'log', '--format=%H', '--max-count=50');
    expect(manifest).toMatchObject({
      status: 'ok',
      task: { kind: 'mining', name: 'mine-engine' },
      history: {
        head: await git(world.repository, 'rev-parse', 'HEAD'),
        object_format: 'sha1',
        shallow: false,
        commits: 50,
        ids_sha256: sha256(`${ids}\n`),
        stream_sha256: await sha256sum(join(run.folder, 'output/commits.jsonl')),
      },
      metrics: { commits: 50 },
      network: {
        allowed: false,
        hosts: [],
        helpers: expect.stringMatching(process.env['TIMELAB_ISOLATION'] || /^(bubblewrap|namespace)$/),
      },
    });
    expect(`${(await idsOf(run)).join('\n')}`).toBe(ids);
    const { stdout } = await program('git', ['--version'], { cwd: '/' });
    expect(stdout).toContain(manifest.env.tools['git']);
    expect(Object.keys(manifest.env.tools).sort()).toEqual([
      'git',
      'node',
      'py_post',
      'python',
      'rust_extractor',
    ]);
  });

  test('lists every file, and the machine’s own sha256sum says the same of each', async () => {
    const { folder, manifest } = run;
    const list = await program('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {
      cwd: join(folder, 'output'),
    });
    expect(list).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const listed = (await textOf(run, 'output/SHA256SUMS')).trimEnd().split('\n');
    const paths = listed.map((line) => `output/${line.slice(66)}`);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const found = files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
    expect([...paths, ...manifest.artifacts, 'run.json'].sort()).toEqual(found.sort());
    expect(Object.keys(manifest.digests)).toEqual(manifest.artifacts);
    for (const [path, digest] of Object.entries(manifest.digests))
      expect(await sha256sum(join(folder, path))).toBe(digest);
    for (const input of manifest.inputs) expect(await sha256sum(join(folder, input.path))).toBe(input.sha256);
  });

  test('is named by what anybody can work out again', async () => {
    const { git_sha, flake_lock_sha256, timestamp_start, run_id } = run.manifest;
    const spec = await sha256sum(join(run.folder, 'input/spec.json'));
    const whole = `${spec}${git_sha}${flake_lock_sha256}${timestamp_start}`;
    const summed = await program('sh', ['-c', `printf %s '${whole}' | sha256sum`], { cwd: '/' });
    expect(summed.stdout).toBe(`${run_id}  -\n`);
    expect(run.folder).toContain(`Z_mine-engine_${run_id.slice(0, 8)}`);
  });

  test('has the flags that git was really given', async () => {
    const { env, calls } = await listeningGit();
    const again = await mined(world.lab, ['mine', '--repo', '../engine', '--limit', '5', '--again'], env);
    const [diff = [], ...others] = (await calls()).filter((words) => words.includes('diff-tree'));
    expect(others).toEqual([]);
    const { flags } = again.manifest.history ?? {};
    const saying: Record<string, unknown> = {
      diff_algorithm: diff.find((word) => word.startsWith('--diff-algorithm='))?.slice(17),
      indent_heuristic: diff.includes('--indent-heuristic'),
      context_lines: Number(diff.find((word) => word.startsWith('--unified='))?.slice(10)),
      inter_hunk_context: Number(diff.find((word) => word.startsWith('--inter-hunk-context='))?.slice(21)),
      // Git's own default for -M without a number.
      renames:
        diff.includes('-M') && !diff.some((word) => /^-C|copies/.test(word))
          ? 'rename, similarity 50 %, no copies'
          : '',
      rename_limit: Number(diff.find((word) => /^-l\d/.test(word))?.slice(2)),
      merges: diff.find((word) => word.startsWith('--diff-merges='))?.slice(14),
      prefixes: `${diff.find((word) => word.startsWith('--src-prefix='))?.slice(13)} ${diff.find((word) => word.startsWith('--dst-prefix='))?.slice(13)}`,
      full_index: diff.includes('--full-index'),
      text_conversion: !diff.includes('--no-textconv'),
      submodules: diff.find((word) => word.startsWith('--submodule='))?.slice(12),
      replace_refs: !diff.includes('--no-replace-objects'),
    };
    expect(flags).toEqual(saying);
  });
});

describe('a record tells how to make it again', () => {
  test('by its command', async () => {
    const { cmd } = run.manifest;
    expect(cmd).toBe(`timelab mine --repo ${world.repository} --limit 50`);
    const again = await mined(world.lab, [...cmd.split(' ').slice(1), '--again']);
    expect(again.folder).not.toBe(run.folder);
    expect(again.manifest.history).toEqual(run.manifest.history);
    expect(await textOf(again, 'output/SHA256SUMS')).toBe(await textOf(run, 'output/SHA256SUMS'));
  });

  test('by its spec', async () => {
    const spec = join(run.folder, 'input/spec.json');
    const again = await mined(world.lab, ['mine', '--spec', spec, '--again']);
    expect(again.manifest.task.inputs_hash).toBe(run.manifest.task.inputs_hash);
    expect(again.manifest.history).toEqual(run.manifest.history);
    expect(await textOf(again, 'input/spec.json')).toBe(await textOf(run, 'input/spec.json'));
  });

  test('by the command of a spec that lies in the lab', async () => {
    const spec = { kind: 'extraction', version: '1.0', inputs: { repository: { path: '../engine' } } };
    await put(world.lab, 'a spec.json', spec);
    const first = await mined(world.lab, ['mine', '--spec', 'a spec.json', '--tz', 'Europe/Berlin']);
    expect(first.manifest).toMatchObject({
      cmd: "timelab mine --spec 'a spec.json' --tz Europe/Berlin",
      local_time: expect.stringMatching(/\+0[12]:00$/),
      task: { name: 'a-spec', spec_path: 'a spec.json', kind: 'extraction' },
    });
  });
});

describe('no record says whose home it is', () => {
  /** The text of every file that timelab itself wrote about a run, and what the command printed but for paths. */
  async function told(found: MinedRun): Promise<string> {
    const own = ['run.json', 'input/spec.json', 'logs/log.jsonl', 'output/summary.md', 'output/graph.json'];
    const texts = own.map(async (path) => await textOf(found, path));
    return [...(await Promise.all(texts)), found.ran.stderr].join('\n');
  }

  test('a repository below the home folder', async () => {
    const HOME = join(await temporaryFolder(), 'home/somebody');
    const repo = await minedHistory(join(HOME, 'projects/engine'), 5);
    const env = { HOME, USER: 'somebody', LOGNAME: 'somebody' };
    const first = await mined(world.lab, ['mine', '--repo', repo], env);
    expect(first.manifest.history?.repository).toEqual({ path: '~/projects/engine' });
    expect(first.manifest.cmd).toBe("timelab mine --repo '~/projects/engine'");
    expect(await told(first)).not.toMatch(/somebody|\/home/);
    const call = ['mine', '--lab', world.lab, '--repo', '.', '--again'];
    const inside = await timelab(call, { cwd: repo, env });
    expect(await readFile(inside.stdout.split('\n')[0] ?? '', 'utf8')).not.toMatch(/somebody|\/home/);
    const again = await mined(world.lab, ['mine', '--repo', '~/projects/engine', '--again'], env);
    expect(again.manifest.history).toEqual(first.manifest.history);
  });

  test('a home folder that is a link, and a repository in it that was entered by its real name', async () => {
    const folder = await temporaryFolder();
    const real = join(folder, 'home/somebody');
    await minedHistory(join(real, 'engine'), 3);
    const HOME = join(folder, 'me');
    await symlink(real, HOME);
    const call = ['mine', '--lab', world.lab, '--repo', '.', '--again'];
    const ran = await timelab(call, { cwd: join(real, 'engine'), env: { HOME } });
    const record = await readFile(ran.stdout.split('\n')[0] ?? '', 'utf8');
    expect(record).toContain('"path": "~/engine"');
    expect(record).not.toMatch(/somebody|\/home/);
  });

  test('a helper program that breaks and says where it lies', async () => {
    const HOME = join(await temporaryFolder(), 'home/somebody');
    const broken = '#!/bin/sh\ncat > /dev/null\necho "File \\"$0\\", line 1" >&2\nexit 1\n';
    const TIMELAB_PY_POST = await put(HOME, 'tools/py_post', broken);
    await chmod(TIMELAB_PY_POST, 0o755);
    const call = ['mine', '--repo', world.repository, '--limit', '1', '--again'];
    const ran = await timelab(call, { cwd: world.lab, env: { HOME, TIMELAB_PY_POST } });
    expect(ran.code).toBe(70);
    const record = await readFile(ran.stdout.split('\n')[0] ?? '', 'utf8');
    expect(record).toContain('~/tools/py_post');
    expect(record).not.toMatch(/somebody|\/home/);
  });

  test('a lab below the home folder that mines itself, from a folder inside of it', async () => {
    const HOME = join(await temporaryFolder(), 'home/somebody');
    await mkdir(HOME, { recursive: true });
    const lab = join(HOME, 'lab');
    await timelab(['init', lab], { cwd: HOME });
    await git(lab, 'add', '-A');
    await git(lab, 'commit', '-qm', 'a lab');
    await mkdir(join(lab, 'deep/er'), { recursive: true });
    const ran = await timelab(['mine'], { cwd: join(lab, 'deep/er'), env: { HOME } });
    expect(ran.code).toBe(0);
    expect(await readFile(ran.stdout.split('\n')[0] ?? '', 'utf8')).not.toMatch(/somebody|\/home/);
  });
});

test('a repository that has grown meanwhile is mined as it was when its commits were listed', async () => {
  const repository = await minedHistory(join(await temporaryFolder(), 'grows'), 10);
  const before = await mined(world.lab, ['mine', '--repo', repository]);
  await addSteps(repository, 10, 2);
  const spec = JSON.parse(await textOf(before, 'input/spec.json'));
  const inputs = { ...spec.inputs, commits: await idsOf(before) };
  await put(world.lab, 'same.json', { ...spec, inputs });
  const again = await mined(world.lab, ['mine', '--spec', 'same.json']);
  expect(again.manifest.history?.stream_sha256).toBe(before.manifest.history?.stream_sha256);
});
