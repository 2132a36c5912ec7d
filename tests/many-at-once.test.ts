import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultsBySchema } from './published-schema.ts';
import { llmSpec, put, temporaryLab, timelab } from './rig.ts';
import { rowsOf, runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

const distinct = (values: readonly string[]) => new Set(values).size;

test('32 runs of one spec, started together, are 32 folders, 32 rows, 32 ids and no error', async () => {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  const { env } = await scriptedModel();
  const starts = Array.from({ length: 32 }, () => timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env }));
  const all = await Promise.all(starts);
  expect(all.map(({ code, stderr }) => ({ code, stderr }))).toEqual(all.map(() => ({ code: 0, stderr: '' })));

  const runs = await runsOf(lab);
  expect(runs).toHaveLength(32);
  expect(distinct(runs.map(({ manifest }) => manifest.run_id))).toBe(32);
  expect(distinct(runs.map(({ manifest }) => manifest.inputs_key ?? ''))).toBe(1);
  for (const { manifest } of runs) {
    expect(manifest.status).toBe('ok');
    expect(faultsBySchema('run', manifest)).toEqual([]);
  }
  expect(distinct(all.map(({ stdout }) => stdout.split('\n')[0] ?? ''))).toBe(32);

  const rows = await rowsOf(lab);
  expect(rows.map((row) => row.run_id).sort()).toEqual(runs.map(({ manifest }) => manifest.run_id).sort());
  expect(await readdir(join(lab, '.timelab/running'))).toEqual([]);
});

test('with the clock set to one instant they take one millisecond each', async () => {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  const { env } = await scriptedModel();
  const place = { cwd: lab, env: { ...env, TIMELAB_NOW: '2031-02-03T04:05:06.789Z' } };
  const all = await Promise.all(
    Array.from({ length: 8 }, () => timelab(['ai', '--spec', 'spec.json'], place)),
  );
  expect(all.map(({ code }) => code)).toEqual(all.map(() => 0));
  const starts = (await runsOf(lab)).map(({ manifest }) => manifest.timestamp_start).sort();
  expect(starts).toEqual(Array.from({ length: 8 }, (_, at) => `2031-02-03T04:05:06.${789 + at}Z`));
});
