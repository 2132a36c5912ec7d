import { chmod, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { badManifests } from '../packages/core/test/bad-manifests.ts';
import { atOnce } from './at-once.ts';
import { type Measured, measuredTimelab, mostSeconds } from './measured.ts';
import { llmSpec, program, put, temporaryLab, timelab } from './rig.ts';
import { onlyRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';

const corpus = badManifests();
const seconds = await mostSeconds();
const section = '2025/10/15/ai-team/artifacts';
const pathOf = (at: number, name: string) =>
  `${section}/${String(100_000 + at).slice(-6)}Z_${name.slice(0, 40)}_${at.toString(16).padStart(8, '0')}`;

/** A lab with one good run, and beside it every bad record in a run folder of its own. */
async function labOfBadRecords() {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  const { env } = await scriptedModel();
  expect(await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env })).toMatchObject({ code: 0 });
  const paths = corpus.map(({ name }, at) => pathOf(at, name));
  for (const [at, { bytes }] of corpus.entries()) await put(lab, `${paths[at]}/run.json`, bytes);
  return { lab, paths, env };
}

/** What may become of a call that a bad record stands in the way of, however it is bad. */
function expectRefusal(line: string, ran: Measured) {
  const { code, signal, stdout, stderr } = ran;
  expect({ line, code, signal, stdout }).toEqual({ line, code: 65, signal: null, stdout: '' });
  expect(stderr, line).toMatch(/^(Manifest is not valid|Run is not as it was recorded|No such run): \S.*\n/m);
  expectWords(line, ran);
}

function expectWords(line: string, { stderr, cpuSeconds, peakMegabytes }: Measured) {
  expect(stderr, line).not.toMatch(/^\s+at |Bug in timelab|\bundefined\b|\[object|ERR_/m);
  expect(stderr, line).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  expect(cpuSeconds, `${line}: seconds`).toBeLessThan(seconds);
  expect(peakMegabytes, `${line}: MB`).toBeLessThan(300);
}

/** The folders of runs, and all that is in them: nothing of it may change, and nothing be added. */
const runsIn = async (lab: string) => await snapshot(join(lab, section));

describe('every bad record is refused in words, quickly, in little memory, and nothing is written', () => {
  test('one by one, by what reads it', async () => {
    const { lab, paths } = await labOfBadRecords();
    const before = await runsIn(lab);
    const ways = (path: string) => [
      ['show', path],
      ['repro', path],
      ['diff', path, 'latest'],
      ['diff', 'latest', path],
      ['checkout', path, 'there'],
      ['verify', path],
    ];
    // Each by one of them in turn, which is each of them by some twenty-five.
    const calls = paths.map((path, at) => ways(path)[at % 6] ?? []);
    await atOnce(3, calls, async (args) =>
      expectRefusal(args.join(' '), await measuredTimelab(args, { cwd: lab })),
    );
    expect(await runsIn(lab)).toEqual(before);
    expect(await readdir(lab)).not.toContain('there');
  });

  test('all of them in one call: told one by one, while the good run is served', async () => {
    const { lab, paths } = await labOfBadRecords();
    const before = await runsIn(lab);
    const files = paths.map((path) => `${path}/run.json`);
    for (const [line, code] of [
      ['ls --json', 0],
      ['sync --json', 0],
      ['verify --all --json', 65],
      [`check --json ${files.join(' ')}`, 65],
      ['doctor --json', 65],
    ] as const) {
      const ran = await timelab(line.split(' '), { cwd: lab });
      const shown = line.slice(0, 20);
      expect({ shown, code: ran.code }).toEqual({ shown, code });
      expect(ran.stderr).not.toMatch(/^\s+at |Bug in timelab/m);
      const said = JSON.stringify(JSON.parse(ran.stdout));
      expect(paths.filter((path) => !said.includes(basename(path)))).toEqual([]);
    }
    const { data } = JSON.parse((await timelab(['ls', '--json'], { cwd: lab })).stdout);
    expect(data.runs).toHaveLength(1);
    expect(data.damaged).toHaveLength(corpus.length);
    expect(await runsIn(lab)).toEqual(before);
  });
});

/** What stands in the place of a record that is no file of words. */
const oddities: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  pipe: async (path) => await program('mkfifo', [path], { cwd: '/' }),
  folder: async (path) => await mkdir(path),
  loop: async (path) => await symlink('run.json', path),
  nowhere: async (path) => await symlink('gone', path),
  zeros: async (path) => await symlink('/dev/zero', path),
  elsewhere: async (path) => await symlink('/etc/passwd', path),
};

test.each(Object.keys(oddities))(
  '%s in place of a record holds up no command, and is not read',
  async (name) => {
    const lab = await temporaryLab();
    await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
    const { env } = await scriptedModel();
    await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env });
    const path = pathOf(0, name);
    await mkdir(join(lab, path), { recursive: true });
    await oddities[name]?.(join(lab, path, 'run.json'));
    for (const args of [
      ['show', path],
      ['verify', path],
      ['repro', path],
      ['ls'],
      ['sync'],
      ['verify', '--all'],
    ]) {
      const ran = await measuredTimelab(args, { cwd: lab });
      expect([args, [0, 65].includes(ran.code ?? -1), ran.signal]).toEqual([args, true, null]);
      expectWords(args.join(' '), ran);
      expect(ran.stderr + ran.stdout).not.toContain('root:');
    }
  },
);

test('a record that this user may not read is told, and no other run with it', async (context) => {
  if (process.getuid?.() !== 0) context.skip('needs root, to become somebody else with setpriv');
  const { lab, paths } = await labOfBadRecords();
  const [path = '', ...others] = paths;
  for (const other of others) await rm(join(lab, other), { recursive: true });
  const { folder } = await onlyRun(lab).catch(() => ({ folder: '' }));
  expect(folder).toBe('');
  await chmod(join(lab, path, 'run.json'), 0o000);
  await program('chown', ['-R', '65534:65534', dirname(lab)], { cwd: '/' });
  await chmod(join(lab, path, 'run.json'), 0o000);
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  for (const args of [
    ['verify', path],
    ['show', path],
  ]) {
    const ran = await measuredTimelab(args, { cwd: lab }, nobody);
    expect(ran.code).not.toBe(0);
    expectWords(args.join(' '), ran);
    expect(ran.stderr).toMatch(/may not be read|cannot be read|unreadable/);
  }
  const listed = await measuredTimelab(['ls', '--json'], { cwd: lab }, nobody);
  expect(JSON.parse(listed.stdout).data.runs).toHaveLength(1);
});
