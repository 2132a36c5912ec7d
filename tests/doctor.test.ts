import { chmod, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silence } from '../packages/models/test/fault-server.ts';
import { examined, labKinds, twoDays } from './examined-lab.ts';
import { labOnce } from './lab-once.ts';
import { ended, put, startTimelab, temporaryFolder, timelab } from './rig.ts';
import { rowsOf, runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { sha256, snapshot } from './snapshot.ts';

const copyLab = labOnce(twoDays);

const host = sha256(hostname()).slice(0, 16);
const leftover = `.timelab-${host}-4194301-0123456789ab.tmp`;

/** One thing done to a lab, what `doctor` says then, and what of it `--fix` cannot put right. */
type Damage = readonly [
  what: string,
  harm: (lab: string, run: string) => Promise<unknown>,
  told: (run: string) => readonly string[],
  left?: (run: string) => readonly string[],
];

const damages: readonly Damage[] = [
  ['the index is gone', (lab) => rm(join(lab, 'runs.csv')), () => ['index runs.csv']],
  [
    'a row was changed',
    async (lab) => {
      const text = await readFile(join(lab, 'runs.csv'), 'utf8');
      await writeFile(join(lab, 'runs.csv'), text.replace(',ok,', ',error,'));
    },
    () => ['index runs.csv'],
  ],
  [
    'a day lists a run that is not there',
    async (lab) => {
      const path = join(lab, '2025/10/15/runs.csv');
      const text = await readFile(path, 'utf8');
      const [, row = ''] = text.split('\n');
      const stray = row.replace(/^[0-9a-f]{8}/, '01234567').replace(/_[0-9a-f]{8}(?=,)/, '_01234567');
      await writeFile(path, `${text}${stray}\n`);
    },
    () => ['index 2025/10/15/runs.csv'],
  ],
  [
    'latest leads to an older day',
    async (lab) => {
      await rm(join(lab, 'latest'));
      await symlink('2025/10/15', join(lab, 'latest'));
    },
    () => ['links latest'],
  ],
  [
    "a day's link is gone",
    (lab) => rm(join(lab, '2025/10/15/run.json')),
    () => ['links 2025/10/15/run.json'],
  ],
  [
    'a record was torn',
    (lab, run) => truncate(join(lab, run, 'run.json'), 100),
    (run) => [`records ${run}`],
    (run) => [`records ${run}`],
  ],
  [
    'a record was taken away',
    (lab, run) => rm(join(lab, run, 'run.json')),
    (run) => [`records ${run}`, 'leftovers 2025/10/15/run.json'],
    (run) => [`records ${run}`],
  ],
  [
    'a file was left unfinished',
    (lab) => writeFile(join(lab, '2025/10/16/ai-team', leftover), 'half'),
    () => [`leftovers 2025/10/16/ai-team/${leftover}`],
  ],
  [
    'a claim was left empty',
    (lab) => mkdir(join(lab, '2025/10/15/ai-team/artifacts/102301Z_x_01234567'), { mode: 0o700 }),
    () => ['leftovers 2025/10/15/ai-team/artifacts/102301Z_x_01234567'],
  ],
  [
    'a mark of a dead process was left',
    async (lab, run) => {
      const path = `${run.slice(0, -8)}01234567`;
      await symlink(`${host} 4194301 1 - ${path}`, join(lab, '.timelab/running', '0'.repeat(64)));
    },
    () => [`leftovers .timelab/running/${'0'.repeat(64)}`],
  ],
  ['others can read a run', (lab, run) => chmod(join(lab, run), 0o755), (run) => [`modes ${run}`]],
  ['the owner cannot write in a run', (lab, run) => chmod(join(lab, run), 0o500), (run) => [`modes ${run}`]],
  ['secrets are open', (lab) => mkdir(join(lab, 'secrets'), { mode: 0o755 }), () => ['secrets secrets']],
  [
    'secrets are a link',
    (lab) => symlink('/etc', join(lab, 'secrets')),
    () => ['secrets secrets'],
    () => ['secrets secrets'],
  ],
  [
    'a kept answer was torn',
    async (lab) => {
      const file = await firstRecording(lab);
      await truncate(join(lab, file), 10);
    },
    () => ['recordings ai-recordings/answers/'],
    () => ['recordings ai-recordings/answers/'],
  ],
];

async function firstRecording(lab: string): Promise<string> {
  const folder = join(lab, 'ai-recordings/answers');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const file = entries.find((entry) => entry.isFile());
  return relative(lab, join(file?.parentPath ?? '', file?.name ?? ''));
}

/** The findings with the names of recordings cut off: they are digests. */
const cut = (names: readonly string[]) => names.map((name) => name.replace(/(?<=answers\/).*/, '')).sort();

describe('a lab that is well', () => {
  test('is said to be, and --fix changes no byte of it', async () => {
    const lab = await copyLab();
    const before = await snapshot(lab);
    for (const flags of [[], ['--fix']]) {
      const told = await examined(lab, flags);
      expect(told).toMatchObject({ code: 0, bad: [], mended: [] });
      expect(told.findings.find(({ kind }) => kind === 'lab')?.reason).toBe('holds 2 runs in 3 days');
    }
    expect(await snapshot(lab)).toEqual(before);
  });

  test('words are on stdout, one line a finding, and none of them is what a model said', async () => {
    const lab = await copyLab();
    const env = { OPENAI_API_KEY: 'sk-planted-0123456789', GITHUB_TOKEN: 'ghp_planted0123456789' };
    const ran = await timelab(['doctor'], { cwd: lab, env });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^ok {7}records +\.: all can be read$/m);
    expect(ran.stdout).not.toMatch(/Hello|planted|Name three colours/);
  });
});

describe('what is wrong with a lab is told and changed by nothing; what is derived is put right by --fix', () => {
  test.for(damages)('%s', async ([, harm, told, left = () => []]) => {
    const lab = await copyLab();
    const [{ folder = '' } = {}] = await runsOf(lab);
    const run = relative(lab, folder);
    await harm(lab, run);
    const before = await snapshot(lab);
    const first = await examined(lab);
    expect(cut(first.bad)).toEqual([...told(run)].sort());
    expect(await snapshot(lab)).toEqual(before);
    const wrong = first.findings.filter(({ kind, severity }) => labKinds.has(kind) && severity === 'error');
    expect(first.code).toBe(wrong.length > 0 ? 65 : 0);
    for (const { way_out: wayOut } of wrong) expect(wayOut).toMatch(/\.$/);

    const fixed = await examined(lab, ['--fix']);
    const expected = [...left(run)].sort();
    expect(cut(fixed.bad)).toEqual(expected);
    expect(cut(fixed.mended)).toEqual([...told(run)].filter((name) => !expected.includes(name)).sort());
    expect(fixed.code).toBe(expected.length > 0 ? 65 : 0);

    const after = await snapshot(lab);
    expect(await examined(lab, ['--fix'])).toMatchObject({ code: fixed.code, mended: [] });
    expect(await snapshot(lab)).toEqual(after);
  });
});

describe('what cannot be mended is tried once', () => {
  test.each<[how: string, harm: (lab: string) => Promise<unknown>]>([
    [
      'as mending fails',
      async (lab) => {
        await rm(join(lab, 'runs.csv'));
        await rm(join(lab, '.timelab/running'), { recursive: true });
        await symlink(await temporaryFolder(), join(lab, '.timelab/running'));
      },
    ],
    ['as it stays after mending', (lab) => symlink('/etc', join(lab, 'secrets'))],
  ])('%s', async (_, harm) => {
    const lab = await copyLab();
    await harm(lab);
    // Each look at the lab asks git once whether it reads it.
    const bin = await temporaryFolder();
    const git = `#!/bin/sh\ncase "$*" in *rev-parse*) echo look >> '${bin}/looks' ;; esac\nPATH="$REAL_PATH" exec git "$@"\n`;
    await chmod(await put(bin, 'git', git.replace('$REAL_PATH', process.env['PATH'] ?? '')), 0o755);
    const ran = await timelab(['doctor', '--fix'], {
      cwd: lab,
      env: { PATH: `${bin}:${process.env['PATH']}` },
    });
    expect(ran.code).toBe(65);
    expect((await readFile(join(bin, 'looks'), 'utf8')).trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('runs that are not at their end', () => {
  /** A run in the middle of an answer that does not go on until it is told to. */
  async function atWork(lab: string) {
    const { env } = await scriptedModel({ '/api/chat': silence('') });
    // On a day that the lab has, whenever the lab was made.
    const on = { TIMELAB_NOW: '2025-10-16T11:23:00.000Z' };
    const child = startTimelab(['ai', '--spec', 'spec.json'], { cwd: lab, env: { ...env, ...on } });
    onTestFinished(() => void child.kill('SIGKILL'));
    const end = ended(child);
    while ((await runsOf(lab)).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    return { child, end };
  }

  test('a live one is left alone by --fix, a dead one is settled', async () => {
    const lab = await copyLab();
    const { child, end } = await atWork(lab);
    const live = await examined(lab, ['--fix']);
    expect(live).toMatchObject({ code: 0, bad: [], mended: [] });
    expect(live.findings.find(({ kind }) => kind === 'lab')?.reason).toContain('3 runs in 3 days, 1 at work');
    expect((await runsOf(lab)).map(({ manifest }) => manifest.status)).toContain('running');
    child.kill('SIGKILL');
    await end;
    const dead = (await runsOf(lab)).find(({ manifest }) => manifest.status === 'running');
    const path = relative(lab, dead?.folder ?? '');
    const mark = `leftovers .timelab/running/${dead?.manifest.run_id}`;
    expect((await examined(lab)).bad).toEqual([`interrupted ${path}`, mark]);
    const fixed = await examined(lab, ['--fix']);
    expect(fixed).toMatchObject({ code: 0, bad: [], mended: [`interrupted ${path}`, mark] });
    expect((await rowsOf(lab)).map(({ status }) => status)).toContain('cancelled');
  });
});
