import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { status } from '../packages/models/test/fault-server.ts';
import { commitAll, labOnce } from './lab-once.ts';
import { llmSpec, put, timelab } from './rig.ts';
import { runsOf } from './runs.ts';
import { snapshot } from './snapshot.ts';

const now = '2031-02-05T12:00:00.000Z';

/** A lab with a run that went well on each of three days, and one that failed on the last; no clock but ours. */
const labWithRuns = labOnce(async (lab, ask) => {
  const config = { model: 'ollama:m' };
  await put(lab, 'first.json', llmSpec({ config, tags: ['a tag', 'x'] }));
  await put(lab, 'second.json', llmSpec({ config: { ...config, temperature: 1 }, tags: ['x'] }));
  await commitAll(lab, 'a lab');
  await ask('first.json', '2031-02-01T10:00:00.000Z');
  await ask('second.json', '2031-02-03T10:00:00.000Z');
  await ask('first.json', '2031-02-05T10:00:00.000Z');
  await ask('second.json', '2031-02-05T11:00:00.000Z', { '/api/chat': status(500, { error: 'no' }) });
});

const list = async (lab: string, ...args: string[]) => {
  const ran = await timelab(['ls', ...args, '--json'], { cwd: lab, env: { TIMELAB_NOW: now } });
  expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code: 0 });
  return { ...JSON.parse(ran.stdout).data, stderr: ran.stderr };
};

describe('timelab ls', () => {
  test('finds runs by each of its filters, the newest first', async () => {
    const lab = await labWithRuns();
    const days = async (...args: string[]) =>
      (await list(lab, ...args)).runs.map((run: { timestamp_start: string }) =>
        run.timestamp_start.slice(8, 13),
      );
    expect(await days()).toEqual(['05T11', '05T10', '03T10', '01T10']);
    expect(await days('--since', '3d')).toEqual(['05T11', '05T10', '03T10']);
    expect(await days('--until', '2031-02-03')).toEqual(['03T10', '01T10']);
    expect(await days('--status', 'error')).toEqual(['05T11']);
    expect(await days('--status', 'error', 'running', '--kind', 'llm')).toEqual(['05T11']);
    expect(await days('--tag', 'a tag')).toEqual(['05T10', '01T10']);
    expect(await days('--name', 'sec*')).toEqual(['05T11', '03T10']);
    expect(await days('--model', 'OLLAMA:m', '--limit', '1')).toEqual(['05T11']);
    expect(await days('--model', 'aaaaaaaa', '--reverse')).toEqual(['01T10', '03T10', '05T10', '05T11']);
    expect(await days('--changed-by', 'environment')).toEqual([]);
    expect(await days('--sort', 'name')).toEqual(['05T10', '01T10', '05T11', '03T10']);
  });

  test('gives a table, CSV, and JSON with what is known of each run', async () => {
    const lab = await labWithRuns();
    const table = await timelab(['ls', '--limit', '1'], { cwd: lab });
    expect(table.stdout.split('\n')[0]).toMatch(
      /^run_id +timestamp_start +kind +name +status +error_kind +model/,
    );
    expect(table.stdout.split('\n')).toHaveLength(3);
    const csv = await timelab(
      ['ls', '--csv', '--columns', 'name, tags,tokens_input', '--tag', 'a tag', '--limit', '1'],
      {
        cwd: lab,
      },
    );
    expect(csv.stdout).toBe('name,tags,tokens_input\nfirst,a%20tag x,3\n');
    const [run] = (await list(lab, '--status', 'ok', '--limit', '1')).runs;
    expect(run).toMatchObject({
      name: 'first',
      tags: ['a tag', 'x'],
      tokens_input: 3,
      seed: 0,
      status: 'ok',
    });
    expect(run).not.toHaveProperty('error_kind');
  });

  test('makes the index anew where it was deleted or torn, byte for byte', async () => {
    const lab = await labWithRuns();
    await timelab(['sync'], { cwd: lab });
    const before = await snapshot(lab);
    await rm(join(lab, 'runs.csv'));
    expect(await list(lab)).toMatchObject({
      of: 4,
      stderr: expect.stringContaining('runs that were missing: 4'),
    });
    expect(await snapshot(lab)).toEqual(before);
    await writeFile(join(lab, 'runs.csv'), (await readFile(join(lab, 'runs.csv'), 'utf8')).slice(0, -9));
    expect(await list(lab)).toMatchObject({ of: 4 });
    expect(await snapshot(lab)).toEqual(before);
    expect((await list(lab)).stderr).toBe('');
  });

  test('tells of a damaged record, and lists the rest', async () => {
    const lab = await labWithRuns();
    const [victim] = await runsOf(lab);
    await writeFile(join(victim?.folder ?? '', 'run.json'), '{');
    await rm(join(lab, 'runs.csv'));
    const listed = await list(lab);
    expect(listed).toMatchObject({ of: 3, damaged: [{ path: expect.stringContaining('_first_') }] });
    expect(listed.stderr).toContain(listed.damaged[0].path);
  });

  test('says nothing to a terminal for a record that is made by hand', async () => {
    const lab = await labWithRuns();
    const [victim] = await runsOf(lab);
    const path = join(victim?.folder ?? '', 'run.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"ollama:m"', '"ollama:\\u001b[31mm\\u202e\\n2031"'));
    await rm(join(lab, 'runs.csv'));
    const { stdout } = await timelab(['ls'], { cwd: lab });
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
    expect(stdout).toContain('ollama:\\u{1b}[31mm\\u{202e} 2031');
    expect(stdout.trimEnd().split('\n')).toHaveLength(5);
  });

  test.each([
    [['--since', 'yesterday'], 'is no time to look from'],
    [['--limit', '0'], 'is no number of runs'],
    [['--columns', 'nme'], 'Did you mean name?'],
    [['--sort', 'nme'], 'Allowed choices are'],
    [['--status', 'fine'], 'Allowed choices are running, ok, error, cancelled.'],
    [['--changed-by', 'weather'], 'Allowed choices are spec, inputs'],
  ])('refuses %j', async (args, words) => {
    const ran = await timelab(['ls', ...args], { cwd: await labWithRuns() });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain(words);
  });
});
