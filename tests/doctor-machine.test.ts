import { spawnSync } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examined, type Told, twoDays } from './examined-lab.ts';
import { labOnce } from './lab-once.ts';
import { binary, hermetic, program, put, temporaryFolder, timelab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';

const copyLab = labOnce(twoDays);

describe('what is wrong with the machine', () => {
  const seen = async (env: Record<string, string>) => {
    const lab = await copyLab();
    const { findings, code, error } = await examined(lab, [], env);
    const of = (kind: string) => findings.filter((one) => one.kind === kind);
    return { of, code, error };
  };

  test('helper programs that are not there, or are others', async () => {
    const other = await put(await temporaryFolder(), 'py_post', '#!/bin/sh\necho py_post 9.9.9\n');
    await chmod(other, 0o755);
    const { of, code } = await seen({ TIMELAB_RUST_EXTRACTOR: '/nonexistent', TIMELAB_PY_POST: other });
    expect(code).toBe(0);
    expect(of('rust_extractor')).toMatchObject([
      { severity: 'warning', reason: expect.stringContaining('no program') },
    ]);
    expect(of('py_post')).toMatchObject([
      { severity: 'warning', reason: expect.stringContaining('is 9.9.9') },
    ]);
  });

  test('no git, no bubblewrap, no Nix', async () => {
    const empty = await temporaryFolder();
    const { of } = await seen({ PATH: empty });
    for (const kind of ['git', 'isolation', 'repository'])
      expect(of(kind)).toMatchObject([{ kind, severity: 'warning' }]);
    expect(of('nix')).toMatchObject([{ severity: 'note' }]);
  });

  test('weights that are damaged are the machine’s fault: exit 70', async () => {
    const models = await temporaryFolder();
    const digest = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
    await put(models, `models/sha256/${digest}.gguf`, 'no weights');
    const { of, code, error } = await seen({ TIMELAB_MODELS: models });
    expect(of('weights')).toMatchObject([{ severity: 'error', place: 'llamacpp:smollm2' }]);
    expect({ code, kind: error.kind }).toEqual({ code: 70, kind: 'machine_unfit' });
  });

  test('a server that answers, one elsewhere that is not asked, and a clock that is set or behind', async () => {
    const { env } = await scriptedModel();
    const here = await seen({ ...env, TIMELAB_NOW: '2025-10-15T10:00:00.000Z' });
    expect(here.of('ollama')).toMatchObject([{ severity: 'ok', reason: 'answers, with 1 model' }]);
    expect(here.of('clock')).toMatchObject([{ severity: 'note', place: 'TIMELAB_NOW' }]);
    const elsewhere = await seen({ OLLAMA_HOST: 'http://192.0.2.1:11434' });
    expect(elsewhere.of('ollama')).toMatchObject([
      { severity: 'note', reason: expect.stringContaining('192.0.2.1') },
    ]);
  });

  test('outside of a lab the machine alone is looked at; nothing can be mended there', async () => {
    const nowhere = await temporaryFolder();
    const ran = await timelab(['doctor'], { cwd: nowhere });
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^note {5}lab +\S+: is in no lab$/m),
    });
    expect(await timelab(['doctor', '--fix'], { cwd: nowhere })).toMatchObject({ code: 64, stdout: '' });
    expect(await timelab(['doctor', '--lab', '/dev/null/x'], { cwd: nowhere })).toMatchObject({ code: 64 });
  });
});

const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
const asNobody =
  process.getuid?.() === 0 && spawnSync('setpriv', [...nobody, process.execPath, '--version']).status === 0;

describe.skipIf(!asNobody)('for a user who may not write in the lab (needs root and setpriv)', () => {
  test('that is told, --fix says what was in its way, and nothing is changed', async () => {
    const lab = await copyLab();
    for (const folder of [lab, join(lab, '..')]) await chmod(folder, 0o755);
    await rm(join(lab, 'runs.csv'));
    const before = await snapshot(lab);
    const home = await temporaryFolder();
    await chmod(home, 0o755);
    const place = { cwd: lab, env: hermetic({ HOME: home }) as Record<string, string> };
    for (const flags of [[], ['--fix']]) {
      const call = [process.execPath, binary, 'doctor', '--json', ...flags];
      const ran = await program('setpriv', [...nobody, ...call], place);
      expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code: 65 });
      const findings: Told[] = JSON.parse(ran.stdout).data.findings;
      const errors = findings.filter(({ severity }) => severity === 'error').map(({ kind }) => kind);
      expect(errors).toContain('writing');
      expect(errors.includes('mending')).toBe(flags.length > 0);
    }
    expect(await snapshot(lab)).toEqual(before);
  });
});
