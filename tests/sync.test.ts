import { readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { llmSpec, put, temporaryLab, timelab } from './rig.ts';
import { rowsOf, runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';

const days = ['2031-02-03', '2031-02-04'];

/** A lab with two runs on each of two days, synced once, since that gives a day without runs an empty list. */
async function labWithRuns() {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  const { env } = await scriptedModel();
  const run = async (now: string, spec = 'spec.json') =>
    await timelab(['ai', '--spec', spec], { cwd: lab, env: { ...env, TIMELAB_NOW: now } });
  for (const day of days) for (const hour of ['10', '11']) await run(`${day}T${hour}:00:00.000Z`);
  await sync(lab);
  return { lab, run };
}

const sync = async (lab: string) => {
  const { code, stdout } = await timelab(['sync', '--json'], { cwd: lab });
  return { code, ...JSON.parse(stdout).data };
};
const dayOf = (date: string) => date.replaceAll('-', '/');

describe('sync', () => {
  test('finds nothing to do after runs', async () => {
    const { lab } = await labWithRuns();
    const before = await snapshot(lab);
    expect(await sync(lab)).toMatchObject({ code: 0, runs: 4, rewritten: [], removed: [], damaged: [] });
    expect(await snapshot(lab)).toEqual(before);
  });

  test('restores all that is derived, byte for byte', async () => {
    const { lab } = await labWithRuns();
    const before = await snapshot(lab);
    const derived = [
      'runs.csv',
      'latest',
      ...days.flatMap((day) => [`${dayOf(day)}/runs.csv`, `${dayOf(day)}/run.json`]),
    ];
    for (const path of derived) await rm(join(lab, path));
    expect(await sync(lab)).toMatchObject({ code: 0, runs: 4 });
    expect(await snapshot(lab)).toEqual(before);
    expect(await readlink(join(lab, 'latest'))).toBe('2031/02/04');
  });

  test.each([
    ['torn in its last row', (text: string) => text.slice(0, -30)],
    ['with a row twice', (text: string) => text + text.split('\n').at(-2)],
    ['with bytes that are no row', (text: string) => `${text}\u0000\u0000,,"\n`],
    ['empty', () => ''],
    ['with the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('mends a runs.csv %s', async (_what, spoil) => {
    const { lab } = await labWithRuns();
    const good = await readFile(join(lab, 'runs.csv'), 'utf8');
    await writeFile(join(lab, 'runs.csv'), spoil(good));
    await sync(lab);
    expect(await readFile(join(lab, 'runs.csv'), 'utf8')).toBe(good);
  });

  test.each([
    ['cut short', (text: string) => text.slice(0, 200), /ends too early/],
    ['of no schema', () => '{"status":"ok"}', /missing/],
    ['empty', () => '', /empty/],
    [
      'with a state that is none',
      (text: string) => text.replace('"status": "ok"', '"status": "fine"'),
      /status/,
    ],
  ])('reports a manifest that is %s, and lists the rest', async (_what, spoil, words) => {
    const { lab } = await labWithRuns();
    const [victim] = await runsOf(lab);
    const path = join(victim?.folder ?? '', 'run.json');
    await writeFile(path, spoil(await readFile(path, 'utf8')));
    const done = await sync(lab);
    expect(done).toMatchObject({ code: 0, runs: 3, damaged: [{ path: expect.stringContaining('_spec_') }] });
    expect(JSON.stringify(done.damaged)).toMatch(words);
    const spoken = await timelab(['sync'], { cwd: lab });
    expect(spoken.stderr).toContain(done.damaged[0].path);
    expect((await rowsOf(lab)).map((row) => row.run_id)).not.toContain(victim?.manifest.run_id);
    expect(await timelab(['check', path], { cwd: lab })).toMatchObject({ code: 65 });
  });

  test('four at once leave what one leaves', async () => {
    const { lab } = await labWithRuns();
    const before = await snapshot(lab);
    for (const path of ['runs.csv', 'latest', '2031/02/04/run.json']) await rm(join(lab, path));
    const all = await Promise.all([1, 2, 3, 4].map(() => sync(lab)));
    expect(all.map(({ code, runs }) => ({ code, runs }))).toEqual(all.map(() => ({ code: 0, runs: 4 })));
    expect(await snapshot(lab)).toEqual(before);
  });

  test('while runs are made loses none of them', async () => {
    const { lab, run } = await labWithRuns();
    const made = Array.from({ length: 8 }, (_, at) => run(`2031-02-04T12:00:0${at}.000Z`));
    const synced = Array.from({ length: 8 }, () => timelab(['sync'], { cwd: lab }));
    const all = await Promise.all([...made, ...synced]);
    expect(all.map(({ code }) => code)).toEqual(all.map(() => 0));
    const runs = (await runsOf(lab)).map(({ manifest }) => manifest.run_id).sort();
    expect(runs).toHaveLength(12);
    expect((await rowsOf(lab)).map((row) => row.run_id).sort()).toEqual(runs);
    expect(await readlink(join(lab, '2031/02/04/run.json'))).toMatch(/120007Z_spec_[0-9a-f]{8}\/run\.json$/);
    await sync(lab);
    const before = await snapshot(lab);
    expect(await sync(lab)).toMatchObject({ runs: 12, rewritten: [], removed: [] });
    expect(await snapshot(lab)).toEqual(before);
  });

  test('reports a run folder that was copied, and one without a record, and takes neither for a run', async () => {
    const { lab } = await labWithRuns();
    await put(lab, '2031/02/03/ai-team/artifacts/120000Z_spec_00000000/output/answer.txt', 'mine');
    const done = await sync(lab);
    expect(done).toMatchObject({ runs: 4, damaged: [{ faults: [{ reason: 'holds no run.json' }] }] });
    expect(await readFile(join(lab, done.damaged[0].path, 'output/answer.txt'), 'utf8')).toBe('mine');
  });
});
