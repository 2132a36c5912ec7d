import { chmod, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { binary, llmSpec, program, put, temporaryLab, timelab } from './rig.ts';
import { type FoundRun, onlyRun, runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

/** A lab with a run that was made under a mode and an umask, and what its model was asked with. */
async function labWithRun(mode: string | undefined, umask = '022') {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  const { env } = await scriptedModel();
  const place = { cwd: lab, env: { ...env, ...(mode === undefined ? {} : { TIMELAB_RUN_MODE: mode }) } };
  const { execPath } = process;
  const ran = await program(
    'sh',
    ['-c', `umask ${umask}; exec "$@"`, 'sh', execPath, binary, 'ai', '--spec', 'spec.json'],
    place,
  );
  expect([ran.code, ran.stderr]).toEqual([0, expect.any(String)]);
  return { lab, place, run: await onlyRun(lab) };
}

const modeOf = async ({ folder }: FoundRun) => ((await stat(folder)).mode & 0o777).toString(8);

test.each([
  [undefined, '022', '700'],
  ['0700', '000', '700'],
  ['0750', '022', '750'],
  ['0750', '077', '750'],
  ['0755', '022', '755'],
])('TIMELAB_RUN_MODE=%s under umask %s makes run folders of mode %s', async (mode, umask, made) => {
  const { run } = await labWithRun(mode, umask);
  expect(await modeOf(run)).toBe(made);
});

test('a mode that no run folder may have is a wrong call, and nothing is written', async () => {
  const { lab, place } = await labWithRun(undefined);
  for (const wrong of ['0777', '755', '0070', 'group', '-1']) {
    const env = { ...place.env, TIMELAB_RUN_MODE: wrong };
    const ran = await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env });
    expect([wrong, ran.code, ran.stderr]).toEqual([wrong, 64, expect.stringContaining('0700, 0750, 0755')]);
  }
  expect(await runsOf(lab)).toHaveLength(1);
});

test('doctor finds no fault with what is allowed, and closes what is open to more', async () => {
  const { lab, run } = await labWithRun('0750');
  const modes = async (env: Readonly<Record<string, string>>, ...flags: readonly string[]) => {
    const { stdout } = await timelab(['doctor', '--json', ...flags], { cwd: lab, env });
    const { findings } = JSON.parse(stdout).data;
    return findings.filter(
      ({ kind, severity }: Record<string, string>) => kind === 'modes' && severity !== 'ok',
    ).length;
  };
  expect(await modes({ TIMELAB_RUN_MODE: '0750' })).toBe(0);
  expect(await modes({})).toBe(1);
  await chmod(run.folder, 0o777);
  expect(await modes({ TIMELAB_RUN_MODE: '0750' })).toBe(1);
  await modes({ TIMELAB_RUN_MODE: '0750' }, '--fix');
  expect(await modeOf(run)).toBe('750');
  await modes({}, '--fix');
  expect(await modeOf(run)).toBe('700');
});

test('what a run folder has is to be read by its group as the mode says, and by nobody else', async (context) => {
  if (process.getuid?.() !== 0) context.skip('needs root, to become somebody else with setpriv');
  const { lab, run } = await labWithRun('0750');
  await chmod(dirname(lab), 0o755);
  await program('chgrp', ['-R', '12345', lab], { cwd: '/' });
  const read = async (gid: string) =>
    (
      await program(
        'setpriv',
        ['--reuid=65534', `--regid=${gid}`, '--clear-groups', 'cat', join(run.folder, 'run.json')],
        {
          cwd: '/',
        },
      )
    ).stdout;
  expect(await read('12345')).toBe(await readFile(join(run.folder, 'run.json'), 'utf8'));
  expect(await read('54321')).toBe('');
});
