import { spawnSync } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needHelpers } from '../needed-helpers.ts';
import { binary, program } from '../rig.ts';
import { snapshot } from '../snapshot.ts';
import { argsIn, type FaultyCall, faultyCalls } from './faulty-calls.ts';
import { type TemplateLab, templateLab } from './template-lab.ts';

const isRoot = process.getuid?.() === 0;
const mounts = ['unshare', '-m', 'sh', '-c'];
const canMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const canBeNobody = isRoot && spawnSync('setpriv', [...nobody.slice(1), 'true']).status === 0;

let template: TemplateLab;
beforeAll(async () => {
  template = await templateLab();
});
afterAll(async () => await template.remove());

const inLab = faultyCalls.filter(({ outside }) => outside !== true);
const reading = ['ls', 'show latest', 'verify --all', 'check spec.json', 'ai --spec spec.json --dry-run'];

/** Makes a call in a lab that cannot be written, by the words that make it so; gives how it ended. */
async function inClosed(
  around: (lab: string) => readonly string[],
  args: readonly string[],
  prepare: (lab: string) => Promise<void> = async () => {},
) {
  return template.inCopy(async (lab, room) => {
    await prepare(lab.root);
    for (const folder of [template.folder, dirname(room), lab.root]) await chmod(folder, 0o755);
    await chmod(room, 0o777);
    const before = await snapshot(lab.root);
    const [name = '', ...words] = [...around(lab.root), process.execPath, binary, ...args];
    // git reads a lab of another user where it is told to.
    const trust = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
    const env = { ...template.env, ...trust, TMPDIR: room, HOME: room };
    const ran = await program(name, words, { cwd: lab.root, env });
    expect(await snapshot(lab.root)).toEqual(before);
    return ran;
  });
}

const readOnly = (lab: string) => [
  ...mounts,
  'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && shift && exec "$@"',
  'sh',
  lab,
];

function isTold(call: FaultyCall, ran: { readonly code: number | null; readonly stderr: string }): void {
  // A sync of a lab in which nothing has to be changed changes nothing.
  if (call.name === 'sync' && ran.code === 0) return;
  expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code: 70 });
  const written =
    /^Lab cannot be written: \S+.* could not be written: (the file system is mounted read-only|permission is denied)/m;
  // A repetition reads first.
  const read = /^Disk failed: \S+ cannot be read: permission is denied/m;
  expect(ran.stderr).toMatch(
    call.args[0] === 'repro' ? new RegExp(`${written.source}|${read.source}`, 'm') : written,
  );
  expect(ran.stderr).not.toMatch(/^\s+at /m);
}

describe.skipIf(!canMount)('a lab on a file system that is mounted read-only (needs root)', () => {
  test.for(inLab)('timelab $name says so, and changes nothing', async (call, context) => {
    if (call.mines === true) needHelpers(context);
    isTold(call, await inClosed(readOnly, argsIn(call, template.runs)));
  });

  test.each(reading)('timelab %s serves as ever', async (line) => {
    const ran = await inClosed(readOnly, line.split(' '));
    expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code: 0 });
  });

  test('the runs are read where their index is gone and cannot be made anew', async () => {
    const listed = await inClosed(readOnly, ['ls', '--json']);
    const gone = await inClosed(readOnly, ['ls', '--json'], (lab) => rm(join(lab, 'runs.csv')));
    expect({ code: gone.code, words: gone.stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(gone.stdout).data.runs).toEqual(JSON.parse(listed.stdout).data.runs);
    expect(JSON.parse(gone.stdout).data.runs).toHaveLength(template.runs.length);
  });

  test('timelab doctor names it', async () => {
    const ran = await inClosed(readOnly, ['doctor']);
    expect(ran.code).toBe(65);
    expect(ran.stdout).toMatch(
      /^error +writing +\.: cannot be written: the file system is mounted read-only$/m,
    );
  });
});

describe.skipIf(!canBeNobody)('a lab of another user (needs root and setpriv)', () => {
  test.for(inLab)('timelab $name says so, and changes nothing', async (call, context) => {
    if (call.mines === true) needHelpers(context);
    isTold(call, await inClosed(() => nobody, argsIn(call, template.runs)));
  });
});
