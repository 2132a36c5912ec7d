import { lstat, mkdir, readdir, readFile, readlink, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { type Manifest, sha256 } from '@timelab/core';
import { describe, expect, test } from 'vitest';
import { findEqualRun } from '../src/find-equal-run.ts';
import { claimRun, identifySelf, type Lab, sync } from '../src/index.ts';
import { ledgerOf } from '../src/ledger-file.ts';
import { endOf, sampleDraft } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const self = identifySelf();
const origin = Date.UTC(2025, 9, 15, 10, 23);
const commits = ['a', 'b', 'c'].map((digit) => `commit_${digit.repeat(12)}`);
const place = '2025/10/15/analyzer/outputs';

/** Makes a run of a helper program's output, with a folder for each commit, the n-th second of the day's. */
async function mine(lab: Lab, at: number, folders: readonly string[], more: Partial<Manifest> = {}) {
  const clock = { now: () => new Date(origin + at * 1000) };
  const draft = (start: Date) => {
    const { manifest } = sampleDraft(start, `mine-${at}`);
    return { section: 'analyzer/outputs' as const, manifest: { ...manifest, inputs_key: 'e'.repeat(64) } };
  };
  const run = await claimRun(lab, draft, clock, self);
  const work = join(lab.root, '.timelab/work', String(at));
  for (const folder of folders) await put(join(work, folder, 'commit.json'), `${folder}\n`);
  const list = folders.map((folder) => `${sha256(`${folder}\n`)}  ${folder}/commit.json\n`).join('');
  await put(join(work, 'SHA256SUMS'), list);
  await run.adoptOutput(work, new Map([['output/SHA256SUMS', sha256(list)]]));
  const done = await run.finish({ ...endOf(run, clock.now()), file_list: 'output/SHA256SUMS', ...more });
  return { run, done, work };
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function linksOf(lab: Lab): Promise<Record<string, string>> {
  const names = (await readdir(join(lab.root, place))).filter((name) => name.startsWith('commit_'));
  const targets = names.sort().map(async (name) => [name, await readlink(join(lab.root, place, name))]);
  return Object.fromEntries(await Promise.all(targets));
}

const leading = (names: readonly string[], path: string) =>
  Object.fromEntries(names.map((name) => [name, `${posix.basename(path)}/output/${name}`]));

describe('a helper program’s output', () => {
  test('becomes the run’s in one step, with the digests that were told', async () => {
    await withLab(async (lab) => {
      const { run, done, work } = await mine(lab, 0, commits);
      expect(done.artifacts).toEqual(['output/SHA256SUMS']);
      expect(await readFile(join(run.path, 'output', commits[0] ?? '', 'commit.json'), 'utf8')).toBe(
        `${commits[0]}\n`,
      );
      await expect(lstat(work)).rejects.toThrow('ENOENT');
    });
  });

  test('is not taken twice, nor from nowhere, nor with paths that lead out', async () => {
    await withLab(async (lab) => {
      const { run } = await mine(lab, 0, commits);
      await put(join(lab.root, 'other/x'), 'x\n');
      await expect(run.adoptOutput(join(lab.root, 'other'), new Map())).rejects.toThrow();
      expect(await readdir(join(run.path, 'output'))).toContain('SHA256SUMS');
      await expect(run.adoptOutput(join(lab.root, 'nowhere'), new Map())).rejects.toThrow();
    });
  });
});

describe('links to commits', () => {
  test('lead to the newest run that has them, in whatever order the runs end', async () => {
    await withLab(async (lab) => {
      const newer = await mine(lab, 5, commits.slice(0, 2));
      const older = await mine(lab, 1, commits);
      const due = { ...leading(commits, older.run.path), ...leading(commits.slice(0, 2), newer.run.path) };
      expect(await linksOf(lab)).toEqual(due);
      for (const name of commits) await unlink(join(lab.root, place, name));
      await sync(lab, self);
      expect(await linksOf(lab)).toEqual(due);
      await rm(newer.run.path, { recursive: true });
      await sync(lab, self);
      expect(await linksOf(lab)).toEqual(leading(commits, older.run.path));
    });
  });

  test('are not claimed by runs that did not go well, nor by lines that name other places', async () => {
    await withLab(async (lab) => {
      await mine(lab, 0, commits, { status: 'error' });
      await mine(lab, 1, ['commit_short', 'elsewhere']);
      expect(await linksOf(lab)).toEqual({});
      await sync(lab, self);
      expect(await linksOf(lab)).toEqual({});
    });
  });

  test('leave what is no link of ours alone', async () => {
    await withLab(async (lab) => {
      const [file = '', link = '', folder = ''] = commits;
      await put(join(lab.root, place, file), 'mine\n');
      await symlink('../elsewhere', join(lab.root, place, link));
      await mkdir(join(lab.root, place, folder));
      await mine(lab, 0, commits);
      expect(await readFile(join(lab.root, place, file), 'utf8')).toBe('mine\n');
      expect(await readlink(join(lab.root, place, link))).toBe('../elsewhere');
      expect((await lstat(join(lab.root, place, folder))).isDirectory()).toBe(true);
    });
  });
});

describe('the newest run of equal work', () => {
  const key = 'e'.repeat(64);

  test('is found by its key, if it went well and its record says so', async () => {
    await withLab(async (lab) => {
      expect(await findEqualRun(lab, key)).toBeUndefined();
      const [one, two] = [await mine(lab, 0, []), await mine(lab, 2, [])];
      await mine(lab, 4, [], { status: 'error' });
      expect((await findEqualRun(lab, key))?.path).toBe(two.run.relativePath);
      expect(await findEqualRun(lab, 'f'.repeat(64))).toBeUndefined();
      await writeFile(join(two.run.path, 'run.json'), '{');
      expect((await findEqualRun(lab, key))?.path).toBe(one.run.relativePath);
      await rm(one.run.path, { recursive: true });
      expect(await findEqualRun(lab, key)).toBeUndefined();
    });
  });

  test('is not looked for where a ledger’s row leads out of the lab', async () => {
    await withLab(async (lab) => {
      const { run, done } = await mine(lab, 0, []);
      const text = await readFile(ledgerOf(lab), 'utf8');
      await writeFile(ledgerOf(lab), text.replace(run.relativePath, `../outside_${done.run_id.slice(0, 8)}`));
      expect(await findEqualRun(lab, key)).toBeUndefined();
    });
  });
});
