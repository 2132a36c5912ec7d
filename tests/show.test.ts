import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { done, lines } from '../packages/models/test/fault-server.ts';
import { commitAll, labOnce } from './lab-once.ts';
import { mined } from './mining.ts';
import { needHelpers } from './needed-helpers.ts';
import { llmSpec, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { onlyRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

/** What a model could answer to make a terminal do something. */
const hostile = 'Hello \u001b]0;owned\u0007\u001b[2J\u009b31m \u202etxet';
const harmless = 'Hello \\u{1b}]0;owned\\u{7}\\u{1b}[2J\\u{9b}31m \\u{202e}txet';

const start = '2031-02-03T10:00:00.000Z';
const later = { TIMELAB_NOW: '2031-02-06T10:00:00.000Z' };

/** A lab with one run, whose answer is hostile. */
const labOfRun = labOnce(async (lab, ask) => {
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' }, tags: ['x'] }));
  await commitAll(lab, 'a lab');
  await ask('spec.json', start, { '/api/chat': lines({ message: { content: hostile } }, done()) });
});

async function labWithRun() {
  const lab = await labOfRun();
  return { lab, run: await onlyRun(lab) };
}

describe('timelab show', () => {
  test('gives one page about a run', async () => {
    const { lab, run } = await labWithRun();
    const { code, stdout } = await timelab(['show', 'latest'], { cwd: lab, env: later });
    expect(code).toBe(0);
    const facts = Object.fromEntries(
      stdout.split('\n').map((line) => [line.slice(0, 8).trim(), line.slice(10)]),
    );
    expect(facts).toMatchObject({
      run: run.manifest.run_id,
      name: 'spec, llm, x',
      status: 'ok',
      started: `${start}, 3 days ago`,
      model: `ollama:m, sha256 ${'a'.repeat(12)}`,
      engine: 'ollama 0.0.1',
      folder: run.folder,
    });
    expect(facts['settings']).toContain('max_tokens 24');
    expect(stdout).toMatch(/files +input\/spec\.json +\d+ B\n/);
  });

  test('shows what a model wrote only when asked, and makes escapes visible', async () => {
    const { lab } = await labWithRun();
    const page = await timelab(['show', 'latest'], { cwd: lab });
    expect(page.stdout).not.toContain('Hello');
    const { stdout } = await timelab(['show', 'latest', '--show'], { cwd: lab });
    expect(stdout).toContain(harmless);
    expect(stdout).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
    const quiet = JSON.parse((await timelab(['show', 'latest', '--json'], { cwd: lab })).stdout);
    expect(JSON.stringify(quiet)).not.toContain('Hello');
    const asked = JSON.parse((await timelab(['show', 'latest', '--show', '--json'], { cwd: lab })).stdout);
    expect(asked.data.answer.trimEnd()).toBe(hostile);
  });

  test('with --json gives the record, the sizes of its files and how long ago it was', async () => {
    const { lab, run } = await labWithRun();
    await rm(join(run.folder, 'output/answer.txt'));
    const { stdout } = await timelab(['show', run.manifest.run_id.slice(0, 6), '--json'], {
      cwd: lab,
      env: later,
    });
    const { run: record, data } = JSON.parse(stdout);
    expect(record).toEqual(run.manifest);
    expect(data).toMatchObject({ started: '3 days ago', verdicts: [], listed_files: 0, folder: run.folder });
    const bytes = (await readFile(join(run.folder, 'input/spec.json'))).length;
    expect(data.files).toContainEqual({ path: 'input/spec.json', bytes });
    expect(data.files).toContainEqual({ path: 'output/answer.txt' });
  });

  test('lists the verdicts of the runs that repeated it, which are found by what had changed', async () => {
    const { lab, run } = await labWithRun();
    const { manifest } = run;
    const newer = { '/api/version': { version: '0.0.2' } };
    const { env } = await scriptedModel({
      ...newer,
      '/api/chat': lines({ message: { content: 'Bye' } }, done()),
    });
    const again = { ...env, TIMELAB_NOW: '2031-02-04T10:00:00.000Z' };
    expect((await timelab(['repro', 'latest'], { cwd: lab, env: again })).code).toBe(65);
    const { stdout } = await timelab(['show', manifest.run_id], { cwd: lab, env: later });
    const [, id = ''] =
      /verdicts +different, changed: engine, 2 days ago, ([0-9a-f]{8})\n/.exec(stdout) ?? [];
    const page = await timelab(['show', id], { cwd: lab });
    expect(page.stdout).toMatch(
      new RegExp(`repeats +${manifest.run_id.slice(0, 8)}, different, by engine\n`),
    );
    const found = async (factor: string) =>
      JSON.parse((await timelab(['ls', '--changed-by', factor, '--json'], { cwd: lab })).stdout).data.runs;
    const row = { parent_run_id: manifest.run_id, verdict: 'different', changed: ['engine'] };
    expect(await found('engine')).toMatchObject([row]);
    expect(await found('model')).toEqual([]);
    await rm(join(lab, 'runs.csv'));
    expect(await found('engine')).toMatchObject([row]);
  });

  test('does not read an answer over a link that leads out of the run', async () => {
    const { lab, run } = await labWithRun();
    const secret = await put(await temporaryFolder(), 'secret', 'swordfish');
    const answer = join(run.folder, 'output/answer.txt');
    await rm(answer);
    await symlink(secret, answer);
    const { stdout, stderr } = await timelab(['show', 'latest', '--show'], { cwd: lab });
    expect(stdout).not.toContain('swordfish');
    expect(stdout).toMatch(/answer\.txt +not there/);
    expect(stderr).toContain('There is no answer to show.');
  });

  test('tells the files of a history by their number', async (context) => {
    needHelpers(context);
    const lab = await temporaryLab();
    await mined(lab, ['mine']);
    const { stdout } = await timelab(['show', 'latest'], { cwd: lab });
    expect(stdout).toMatch(/mined +\S+, 1 commits, from [0-9a-f]{12}\n/);
    expect(stdout).toMatch(/and 5 that output\/SHA256SUMS lists\n/);
  });

  test('a record that was edited into none is told by field, one of a later version is shown', async () => {
    const { lab, run } = await labWithRun();
    const path = join(run.folder, 'run.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"status": "ok"', '"status": "fine"'));
    const edited = await timelab(['show', run.folder], { cwd: lab });
    expect(edited).toMatchObject({
      code: 65,
      stdout: '',
      stderr: expect.stringContaining('/status is "fine"'),
    });
    await writeFile(path, text.replace('"schema_version": "1.0"', '"schema_version": "1.7", "mood": "good"'));
    const newer = await timelab(['show', run.folder], { cwd: lab });
    expect(newer).toMatchObject({ code: 0, stdout: expect.stringContaining(run.manifest.run_id) });
    expect(newer.stderr).toMatch(/1\.7.*mood/s);
  });

  test.each(['latest~7', 'ffffffff', 'fff', 'nowhere/run.json'])('%s names no run', async (word) => {
    const { lab } = await labWithRun();
    const ran = await timelab(['show', word], { cwd: lab });
    expect(ran).toMatchObject({ code: 65, stdout: '' });
  });
});
