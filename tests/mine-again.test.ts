import { appendFile, chmod, readFile, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addSteps, type MinedWorld, minedWorld } from './mined-history.ts';
import { type MinedRun, mined, minedBySpec, miningSpec, textOf } from './mining.ts';
import { repository as product, program, put, temporaryFolder, timelab } from './rig.ts';
import { rowsOf, runsOf } from './runs.ts';
import { snapshot } from './snapshot.ts';

let world: MinedWorld;
let made: MinedRun;
let lab: string;
let repository: string;
let first: MinedRun;

beforeAll(async () => {
  world = await minedWorld(25);
  made = await mined(world.lab, ['mine', '--repo', world.repository, '--limit', '20']);
});
afterAll(async () => await world.remove());

// A copy for each test: to mine anew would take longer.
beforeEach(async () => {
  const root = await temporaryFolder();
  await program('cp', ['-a', world.lab, world.repository, root], { cwd: '/' });
  [lab, repository] = [join(root, 'lab'), join(root, 'engine')];
  const here = (text: string) => text.replaceAll(world.root, root);
  first = { ...made, folder: here(made.folder), ran: { ...made.ran, stdout: here(made.ran.stdout) } };
});

const call = () => ['mine', '--repo', repository, '--limit', '20'];
const mine = async (...more: string[]) => await mined(lab, [...call(), ...more]);

describe('a second run with nothing new', () => {
  test('makes no run, writes nothing, prints the same paths and says so', async () => {
    const before = await snapshot(lab);
    const second = await mine();
    expect(second.ran.stdout).toBe(first.ran.stdout);
    expect(second.ran.stderr).toMatch(
      /^Nothing is new since \S+_mine-engine_\S+, which has it all \(--again /,
    );
    expect(await snapshot(lab)).toEqual(before);
  });

  test('says so in JSON too, and with --quiet not in words', async () => {
    const { stdout } = await timelab([...call(), '--json', '--quiet'], { cwd: lab });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      command: 'mine',
      run: { run_id: first.manifest.run_id },
      data: { commits: 20, reused: true },
    });
    const quiet = await timelab([...call(), '--quiet'], { cwd: lab });
    expect(quiet).toMatchObject({ code: 0, stderr: '', stdout: first.ran.stdout });
  });

  test('is found by the work, not by the words that asked for it', async () => {
    const bySpec = await minedBySpec(lab, miningSpec(repository, { config: { limit: 20 } }));
    expect(bySpec.folder).toBe(first.folder);
  });

  test('and is another one with other settings', async () => {
    for (const more of [
      ['--limit', '19'],
      ['--format', 'csv'],
      ['--author', 'Ada'],
    ])
      expect((await mine(...more)).folder).not.toBe(first.folder);
    expect(await runsOf(lab)).toHaveLength(4);
  });

  test('and is another one where a shallow clone ends elsewhere, though the commits are the same', async () => {
    const clone = join(lab, '../shallow');
    await program('git', ['clone', '-q', '--depth=1', `file://${repository}`, clone], { cwd: '/' });
    const one = ['mine', '--repo', clone, '--limit', '1'];
    const cut = await mined(lab, one);
    expect(await textOf(cut, 'output/commits.jsonl')).toContain('shallow boundary');
    expect((await mined(lab, one)).folder).toBe(cut.folder);
    await program('git', ['fetch', '-q', '--deepen=1'], { cwd: clone });
    const whole = await mined(lab, one);
    expect(await textOf(whole, 'input/commits.txt')).toBe(await textOf(cut, 'input/commits.txt'));
    expect(whole.manifest.history).toMatchObject({ shallow: true });
    expect(await textOf(whole, 'output/commits.jsonl')).not.toContain('shallow boundary');
  });

  test('--again makes a run of equal bytes', async () => {
    const second = await mine('--again');
    expect(second.folder).not.toBe(first.folder);
    for (const path of [
      'output/SHA256SUMS',
      'output/commits.jsonl',
      'output/summary.md',
      'output/graph.json',
    ])
      expect(await textOf(second, path)).toBe(await textOf(first, path));
    expect(second.manifest.inputs_key).toBe(first.manifest.inputs_key);
    // The newest one is what a third call finds.
    expect((await mine()).folder).toBe(second.folder);
  });
});

describe('a run that is not whole any more is made again', () => {
  const folder = async () => (await textOf(first, 'output/SHA256SUMS')).slice(66).split('/')[0] ?? '';
  const damages: Readonly<Record<string, () => Promise<void>>> = {
    'a file of the whole deleted': async () => await unlink(join(first.folder, 'output/summary.md')),
    'a file of the whole changed': async () =>
      await appendFile(join(first.folder, 'output/commits.jsonl'), ' '),
    'an input changed': async () => await appendFile(join(first.folder, 'input/commits.txt'), '\n'),
    'a file of a commit deleted': async () =>
      await unlink(join(first.folder, 'output', await folder(), 'commit.json')),
    'a file of a commit changed': async () =>
      await appendFile(join(first.folder, 'output', await folder(), 'full_diff.txt'), '+'),
    'a file of a commit changed, its time put back': async () => {
      const path = join(first.folder, 'output', await folder(), 'commit_message.txt');
      await writeFile(path, 'Another message.\n');
      await utimes(path, new Date('2020-01-01'), new Date('2020-01-01'));
    },
    'a folder of a commit deleted': async () =>
      await rm(join(first.folder, 'output', await folder()), { recursive: true }),
    'the run deleted': async () => await rm(first.folder, { recursive: true }),
    'its record damaged': async () => await writeFile(join(first.folder, 'run.json'), '{'),
  };

  test.each(Object.keys(damages))('%s', async (name) => {
    const sums = await textOf(first, 'output/SHA256SUMS');
    await damages[name]?.();
    const second = await mine();
    expect(second.folder).not.toBe(first.folder);
    expect(await textOf(second, 'output/SHA256SUMS')).toBe(sums);
  });

  test('but one whose files were merely touched is whole', async () => {
    const now = new Date();
    await utimes(join(first.folder, 'output', await folder(), 'full_diff.txt'), now, now);
    expect((await mine()).folder).toBe(first.folder);
  });
});

test('a new commit makes a new run', async () => {
  await addSteps(repository, 25, 1);
  const second = await mine();
  expect(second.folder).not.toBe(first.folder);
  expect(second.manifest.history?.head).not.toBe(first.manifest.history?.head);
  expect(second.manifest.inputs_key).not.toBe(first.manifest.inputs_key);
});

test.each<[name: string, of: RegExp]>([
  ['py_post', /(?<=^py_post, version )\S+/],
  ['Python', /(?<=\(Python )[^)]+/],
])('another %s makes a new run, unless py_post has nothing to do', async (_name, of) => {
  const real = join(product, 'tools/py_post/.venv/bin/py_post');
  const { stdout } = await program(real, ['--version'], { cwd: lab });
  expect(stdout).toMatch(of);
  const newer = `#!/bin/sh
    [ "$1" = --version ] && exec echo '${stdout.trimEnd().replace(of, '99.0.0')}'
    exec '${real}' "$@"\n`;
  const path = await put(await temporaryFolder(), 'py_post', newer);
  await chmod(path, 0o755);
  const env = { TIMELAB_PY_POST: path, TIMELAB_ISOLATION: 'none' };
  const second = await mined(lab, call(), env);
  expect(second.folder).not.toBe(first.folder);
  expect(second.manifest.inputs_key).not.toBe(first.manifest.inputs_key);
  expect((await mined(lab, call(), env)).folder).toBe(second.folder);
  expect((await mine()).folder).toBe(first.folder);
  const spec = { ...miningSpec(repository), kind: 'extraction' };
  const extracted = await minedBySpec(lab, spec);
  expect(extracted.manifest.env.tools).not.toHaveProperty('py_post');
  expect((await mined(lab, ['mine', '--spec', 'spec.json'], env)).folder).toBe(extracted.folder);
});

test('a run that failed, or that runs.csv does not have, is none to go by', async () => {
  const env = { TIMELAB_PY_POST: await failingTool() };
  const other = ['mine', '--repo', repository, '--limit', '3'];
  const failed = await timelab(other, { cwd: lab, env });
  expect(failed.code).toBe(70);
  expect((await mined(lab, other)).manifest.status).toBe('ok');
  await unlink(join(lab, 'runs.csv'));
  expect((await mine()).folder).not.toBe(first.folder);
});

async function failingTool(): Promise<string> {
  const path = await put(await temporaryFolder(), 'py_post', '#!/bin/sh\nexit 70\n');
  await chmod(path, 0o755);
  return path;
}

test('a runs.csv of before there were keys is read on, and added to', async () => {
  const ledger = join(lab, 'runs.csv');
  const old = (await readFile(ledger, 'utf8')).split('\n').map((line) => line.replace(/(,[^,]*){5}$/, ''));
  await writeFile(ledger, old.join('\n'));
  expect(old[0]).toMatch(/,path$/);
  const second = await mine();
  expect(second.folder).not.toBe(first.folder);
  const rows = await rowsOf(lab);
  expect(rows.map(({ run_id }) => run_id)).toEqual([first, second].map(({ manifest }) => manifest.run_id));
  expect(rows[1]?.inputs_key).toBe(second.manifest.inputs_key);
  await timelab(['sync'], { cwd: lab });
  expect((await rowsOf(lab)).map(({ inputs_key }) => inputs_key)).toEqual([
    first.manifest.inputs_key,
    second.manifest.inputs_key,
  ]);
  expect((await readFile(ledger, 'utf8')).split('\n')[0]).toMatch(
    /,path,inputs_key,tags,parent_run_id,verdict,changed$/,
  );
});
