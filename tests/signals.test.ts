import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silence } from '../packages/models/test/fault-server.ts';
import { faultsBySchema } from './published-schema.ts';
import {
  binary,
  ended,
  llmSpec,
  program,
  put,
  type Ran,
  startTimelab,
  temporaryLab,
  timelab,
} from './rig.ts';
import { onlyRun, rowsOf, runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

/** `timelab ai`, in the middle of an answer that never ends. */
async function inTheMiddle() {
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  const half = `${JSON.stringify({ message: { content: 'Hel' } })}\n`;
  const { env } = await scriptedModel({ '/api/chat': silence(half) });
  const child = startTimelab(['ai', '--spec', 'spec.json', '--show'], { cwd: lab, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const end: Promise<Ran> = ended(child);
  await new Promise<void>((resolve) => child.stderr?.once('data', () => resolve()));
  return { lab, env, child, end };
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle of an answer', (signal) => {
  test('ends the run as cancelled, lists it, and ends the process by that signal', async () => {
    const { lab, child, end } = await inTheMiddle();
    child.kill(signal);
    const ran = await end;
    expect({ signal: ran.signal, code: ran.code }).toEqual({ signal, code: null });
    expect(ran.stderr).toMatch(new RegExp(`^Hel\nRun was interrupted: ${signal} ended the run`));
    expect(ran.stderr).not.toMatch(/^\s+at /m);
    const { folder, manifest } = await onlyRun(lab);
    expect(manifest).toMatchObject({ status: 'cancelled', error: { kind: 'interrupted', code: 70 } });
    expect(faultsBySchema('run', manifest)).toEqual([]);
    expect(manifest.timestamp_end).not.toBeNull();
    expect(ran.stdout.split('\n')[0]).toBe(join(folder, 'run.json'));
    expect(await rowsOf(lab)).toMatchObject([{ run_id: manifest.run_id, status: 'cancelled' }]);
    expect(await readdir(join(lab, '.timelab/running'))).toEqual([]);
  });

  test('a second one ends the process at once, and the next command settles the run', async () => {
    const { lab, child, end } = await inTheMiddle();
    child.kill(signal);
    child.kill(signal);
    expect((await end).signal).toBe(signal);
    await timelab(['sync'], { cwd: lab });
    expect(await rowsOf(lab)).toMatchObject([{ status: 'cancelled', error_kind: 'interrupted' }]);
  });
});

describe('SIGKILL in the middle of an answer', () => {
  const killed = async () => {
    const { lab, env, child, end } = await inTheMiddle();
    expect((await onlyRun(lab)).manifest.status).toBe('running');
    child.kill('SIGKILL');
    expect((await end).signal).toBe('SIGKILL');
    return { lab, env };
  };

  test.each([['sync'], ['day'], ['ai', '--spec', 'spec.json', '--model', 'ollama:other']])(
    'is settled by the next command: %s',
    async (...args) => {
      const { lab, env } = await killed();
      await timelab(args, { cwd: lab, env });
      const first = (await runsOf(lab)).find(({ manifest }) => manifest.timestamp_end === null);
      expect(first?.manifest).toMatchObject({
        status: 'cancelled',
        error: { kind: 'interrupted' },
      });
      expect(faultsBySchema('run', first?.manifest)).toEqual([]);
      expect(first?.manifest.runner).toBeUndefined();
      const row = (await rowsOf(lab)).find(({ run_id }) => run_id === first?.manifest.run_id);
      expect(row).toMatchObject({ status: 'cancelled', error_kind: 'interrupted' });
    },
  );

  test('a run that is still at work is left alone, and is settled by nobody', async () => {
    const { lab, end, child } = await inTheMiddle();
    const synced = JSON.parse((await timelab(['sync', '--json'], { cwd: lab })).stdout);
    expect(synced.data).toMatchObject({ runs: 1, settled: [], running: [expect.stringContaining('_spec_')] });
    expect((await onlyRun(lab)).manifest.status).toBe('running');
    child.kill('SIGINT');
    await end;
    expect(await rowsOf(lab)).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('a reader that has gone away is no failure', () => {
  test.each(['timelab ai --spec spec.json', 'timelab ai --spec spec.json --json', 'timelab --help'])(
    '%s | head -c0',
    async (line) => {
      const lab = await temporaryLab();
      await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
      const { env } = await scriptedModel();
      const script = `set -o pipefail; timelab() { node '${binary}' "$@"; }; ${line} | head -c0`;
      const ran = await program('bash', ['-c', script], { cwd: lab, env });
      expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
      if (line.includes('spec.json')) expect((await onlyRun(lab)).manifest.status).toBe('ok');
    },
  );

  test('nor are streams that are closed', async () => {
    const lab = await temporaryLab();
    const script = `exec 1>&- 2>&- 0<&-; exec node '${binary}' sync`;
    expect(await program('bash', ['-c', script], { cwd: lab })).toMatchObject({ code: 0 });
    expect(await readFile(join(lab, 'runs.csv'), 'utf8')).toMatch(/^run_id,/);
  });
});
