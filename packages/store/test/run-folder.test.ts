import { mkdir, readdir, readFile, readlink, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, Problem, readManifest } from '@timelab/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Clock, claimRun, identifySelf, type Lab, type RunFolder } from '../src/index.ts';
import { readLedger } from '../src/ledger-file.ts';
import { endOf, sampleDraft, sampleFiles } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const instant = new Date('2025-10-15T10:23:00.000Z');
const setClock: Clock = { now: () => instant };
const self = identifySelf();
const claim = (lab: Lab) => claimRun(lab, sampleDraft, setClock, self);

async function recordOf(run: RunFolder): Promise<Manifest> {
  const reading = readManifest(await readFile(join(run.path, 'run.json')));
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  return reading.manifest;
}

test('a run is running with its runner from its claim on, and has artifacts and digests at its end', async () => {
  await withLab(async (lab) => {
    const run = await claim(lab);
    expect(await recordOf(run)).toMatchObject({ status: 'running', runner: self, timestamp_end: null });
    expect((await stat(run.path)).mode & 0o777).toBe(0o700);
    for (const [path, text] of Object.entries(sampleFiles)) await run.add(path, text);
    await run.finish(endOf(run, instant));
    const done = await recordOf(run);
    expect(done.artifacts).toEqual(Object.keys(sampleFiles).sort());
    expect(Object.keys(done.digests)).toEqual(done.artifacts);
    expect(done).not.toHaveProperty('runner');
    expect(await readLedger(lab)).toMatchObject([
      { run_id: done.run_id, status: 'ok', path: run.relativePath },
    ]);
    expect(await readlink(join(lab.root, 'latest'))).toBe('2025/10/15');
    const newest = await readFile(join(lab.root, 'latest', 'run.json'), 'utf8');
    expect(JSON.parse(newest)).toEqual(done);
  });
});

test('paths that lead out of the run, or to no place of its files, are refused', async () => {
  await withLab(async (lab) => {
    const run = await claim(lab);
    const refused = [
      '',
      'run.json',
      'output',
      'output/',
      '/output/a',
      '../output/a',
      'output/../../a',
      'output/./a',
    ];
    for (const path of [...refused, 'output//a', 'output/a\\b', 'output/a\0', 'other/a', 'output/..']) {
      await expect(run.add(path, 'text')).rejects.toMatchObject({ kind: 'path_escapes' });
    }
    await symlink(lab.root, join(run.path, 'logs'));
    // A record may quote the message: it names no place of this machine.
    const message = 'logs is a link, which could lead anywhere.';
    await expect(run.add('logs/log.jsonl', 'text')).rejects.toMatchObject({ kind: 'path_escapes', message });
  });
});

test('no path at all writes outside the run folder', async () => {
  await withLab(async (lab) => {
    const run = await claim(lab);
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'output', '\0', '~'), fc.string({ maxLength: 8 }));
    const path = fc
      .array(part, { minLength: 1, maxLength: 4 })
      .map((parts) => ['output', ...parts].join('/'));
    const property = fc.asyncProperty(path, async (relative) => {
      const outcome = await run.add(relative, 'text').catch((error: unknown) => error);
      if (outcome instanceof Problem) {
        expect(['path_escapes', 'file_exists']).toContain(outcome.kind);
      } else {
        expect(outcome).toBeUndefined();
        expect(await readFile(`${run.path}/${relative}`, 'utf8')).toBe('text');
      }
      expect(await readdir(run.path)).toEqual(expect.arrayContaining(['run.json']));
      expect((await readdir(join(run.path, '..'))).length + (await readdir(lab.root)).length).toBe(3);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});

test('runs of one instant take the next milliseconds, whatever they are called', async () => {
  await withLab(async (lab) => {
    const names = ['one', 'one', 'two', 'one', 'two'];
    const runs: RunFolder[] = [];
    for (const name of names) {
      const run = await claimRun(lab, (start) => sampleDraft(start, name), setClock, self);
      await run.finish(endOf(run, instant));
      runs.push(run);
    }
    const starts = runs.map((run) => Date.parse(run.manifest.timestamp_start) - instant.getTime());
    expect(starts).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(runs.map((run) => run.manifest.run_id)).size).toBe(5);
  });
});

test('runs that are claimed at once under two names have ids of their own', async () => {
  await withLab(async (lab) => {
    const claims = Array.from({ length: 12 }, (_, at) =>
      claimRun(lab, (start) => sampleDraft(start, at % 2 === 0 ? 'even' : 'odd'), setClock, self),
    );
    const ids = (await Promise.all(claims)).map((run) => run.manifest.run_id);
    expect(new Set(ids).size).toBe(12);
  });
});

test('an older run that ends later takes no link from a newer one', async () => {
  await withLab(async (lab) => {
    const [older, newer] = [await claim(lab), await claim(lab)];
    await newer.finish(endOf(newer, instant));
    await older.finish(endOf(older, instant));
    const target = await readlink(join(lab.root, '2025/10/15/run.json'));
    expect(`2025/10/15/${target}`).toBe(`${newer.relativePath}/run.json`);
  });
});

test('a run that could not end well can end as an error, and a run cannot end as another', async () => {
  await withLab(async (lab) => {
    const [run, other] = [await claim(lab), await claim(lab)];
    await expect(run.finish(endOf(other, instant))).rejects.toThrow('under the id');
    await expect(run.finish({ ...endOf(run, instant), status: 'running' })).rejects.toThrow('as running');
    await mkdir(join(lab.root, 'runs.csv'));
    await expect(run.finish(endOf(run, instant))).rejects.toMatchObject({ kind: 'file_exists' });
    expect((await recordOf(run)).status).toBe('ok');
    const error = { code: 70, kind: 'disk_error', message: 'It failed.', hint: 'Try again.' } as const;
    const failed = run.finish({ ...endOf(run, instant), status: 'error', error });
    await expect(failed).rejects.toMatchObject({ kind: 'file_exists' });
    expect((await recordOf(run)).status).toBe('error');
  });
});

test('a claim after the last instant that a lab can have is a wrong call, and leaves nothing', async () => {
  await withLab(async (lab) => {
    const last: Clock = { now: () => new Date('9998-12-31T23:59:59.999Z') };
    await claimRun(lab, sampleDraft, last, self);
    await expect(claimRun(lab, sampleDraft, last, self)).rejects.toMatchObject({ kind: 'usage' });
    expect((await readdir(lab.root)).sort()).toEqual(['.timelab', '9998']);
  });
});
