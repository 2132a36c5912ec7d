import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatManifest } from '@timelab/core';
import { expect, test } from 'vitest';
import { claimRun, findRun, identifySelf, type Lab, type RunFolder } from '../src/index.ts';
import { runPath } from '../src/run-path.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const self = identifySelf();
const at = (time: string) => ({ now: () => new Date(`2025-10-${time}Z`) });
const unknown = { kind: 'run_unknown', exitCode: 65 };

async function begin(lab: Lab, time: string, name = 'sample'): Promise<RunFolder> {
  return await claimRun(lab, (start) => sampleDraft(start, name), at(time), self);
}

async function finished(lab: Lab, time: string, name = 'sample'): Promise<RunFolder> {
  const run = await begin(lab, time, name);
  await run.finish(endOf(run, at(time).now()));
  return run;
}

/** Three runs of two days; two of them began within one second. */
async function withRuns(
  work: (lab: Lab, oldest: RunFolder, middle: RunFolder, newest: RunFolder) => unknown,
) {
  await withLab(async (lab) => {
    const oldest = await finished(lab, '14T23:59:59.000', 'haiku');
    const newest = await finished(lab, '15T10:23:00.900');
    const middle = await finished(lab, '15T10:23:00.100');
    await work(lab, oldest, middle, newest);
  });
}

test('a run is found by its path, its folder or its record, from here or from the top of the lab', async () => {
  await withRuns(async (lab, oldest) => {
    const expected = { path: oldest.relativePath, folder: oldest.path };
    const words = [
      [oldest.path, '/'],
      [`${oldest.path}/`, '/'],
      [join(oldest.path, 'run.json'), '/'],
      [oldest.relativePath, '/'],
      [basename(oldest.path), join(oldest.path, '..')],
      [basename(oldest.path), '/'],
      ['.', oldest.path],
      ['run.json', oldest.path],
      ['2025/10/14', lab.root],
      ['2025/10/14/run.json', '/'],
    ] as const;
    for (const [word, cwd] of words) {
      const found = await findRun(lab, word, cwd);
      expect({ word, ...found }).toMatchObject({ word, ...expected });
      expect(found.reading).toMatchObject({ manifest: { run_id: oldest.manifest.run_id } });
    }
  });
});

test('or by its id, or four digits and more of that, also where the record cannot be read', async () => {
  await withRuns(async (lab, oldest, middle) => {
    const id = middle.manifest.run_id;
    for (const digits of [4, 5, 8, 9, 20, 64]) {
      expect((await findRun(lab, id.slice(0, digits), '/')).path).toBe(middle.relativePath);
      expect((await findRun(lab, id.slice(0, digits).toUpperCase(), '/')).path).toBe(middle.relativePath);
    }
    await writeFile(join(middle.path, 'run.json'), 'torn');
    expect((await findRun(lab, id, '/')).reading).toMatchObject({ faults: [{ pointer: '' }] });
    await rm(join(middle.path, 'run.json'));
    expect((await findRun(lab, id, '/')).reading).toEqual({
      faults: [{ pointer: '', reason: 'is not there' }],
    });
    const near = { ...unknown, hint: expect.stringContaining(`${id.slice(0, 8)}  ${middle.relativePath}`) };
    const flipped = id[8] === '0' ? '1' : '0';
    await expect(findRun(lab, `${oldest.manifest.run_id.slice(0, 8)}${flipped}0`, '/')).rejects.toMatchObject(
      { ...unknown, hint: expect.stringContaining(oldest.relativePath) },
    );
    await expect(findRun(lab, `${id.slice(0, 7)}g`, '/')).rejects.toMatchObject(near);
    await expect(findRun(lab, id.slice(0, 3), '/')).rejects.toMatchObject({
      ...near,
      message: expect.stringContaining('at least 4 digits'),
    });
  });
});

test('latest is the newest that has ended, to the millisecond, and latest~2 the third newest', async () => {
  await withRuns(async (lab, oldest, middle, newest) => {
    await begin(lab, '16T00:00:00.000', 'at-work');
    const byAge = [newest, middle, oldest];
    for (const [back, run] of byAge.entries()) {
      expect((await findRun(lab, `latest~${back}`, '/')).path).toBe(run.relativePath);
    }
    expect((await findRun(lab, 'latest', '/')).path).toBe(newest.relativePath);
    expect((await findRun(lab, 'latest/run.json', lab.root)).path).toBe(newest.relativePath);
    await writeFile(join(newest.path, 'run.json'), 'torn');
    expect((await findRun(lab, 'latest', '/')).path.slice(0, 34)).toBe(newest.relativePath.slice(0, 34));
    await expect(findRun(lab, 'latest~3', '/')).rejects.toMatchObject({
      ...unknown,
      message: expect.stringContaining('3 runs that have ended'),
    });
  });
});

test('an id that begins several lists them, and a name that none has lists the like', async () => {
  await withRuns(async (lab, oldest, middle) => {
    const { manifest } = middle;
    const twin = {
      ...manifest,
      run_id: `${manifest.run_id.slice(0, 6)}${'0'.repeat(58)}`,
      status: 'ok' as const,
    };
    const path = runPath('ai-team/artifacts', twin);
    await mkdir(join(lab.root, path));
    await writeFile(join(lab.root, path, 'run.json'), formatManifest(twin));
    await expect(findRun(lab, manifest.run_id.slice(0, 6), '/')).rejects.toMatchObject({
      kind: 'run_ambiguous',
      exitCode: 65,
      message: expect.stringContaining('2 runs'),
      hint: expect.stringMatching(
        new RegExp(`${middle.relativePath}(.|\n)*${path}|${path}(.|\n)*${middle.relativePath}`),
      ),
    });
    expect((await findRun(lab, twin.run_id.slice(0, 8), '/')).path).toBe(path);
    const like = {
      ...unknown,
      hint: `The nearest:\n  ${oldest.manifest.run_id.slice(0, 8)}  ${oldest.relativePath}`,
    };
    await expect(findRun(lab, 'haikku', '/')).rejects.toMatchObject(like);
    await expect(findRun(lab, '../..', '/')).rejects.toMatchObject(unknown);
    await expect(findRun(lab, '', '/')).rejects.toMatchObject(unknown);
    await expect(findRun(lab, 'a\0b', '/')).rejects.toMatchObject(unknown);
  });
});

test('a run that lies elsewhere is found by its path, which stays absolute', async () => {
  await withRuns(async (lab, oldest) => {
    await withLab(async (other) => {
      const there = join(other.root, 'copied');
      await rename(oldest.path, there);
      expect(await findRun(lab, there, '/')).toMatchObject({ path: there, folder: there });
      await symlink(there, join(lab.root, 'way'));
      expect(await findRun(lab, 'way', '/')).toMatchObject({ path: there, folder: there });
    });
    await expect(findRun(lab, oldest.manifest.run_id, '/')).rejects.toMatchObject(unknown);
  });
});

test('a lab without runs says so', async () => {
  await withLab(async (lab) => {
    await expect(findRun(lab, 'latest', '/')).rejects.toMatchObject(unknown);
    await expect(findRun(lab, 'abcd', '/')).rejects.toMatchObject({ hint: 'The lab holds no runs yet.' });
  });
});
