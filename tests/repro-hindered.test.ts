import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entry, status } from '../packages/models/test/fault-server.ts';
import {
  answeredLab,
  ask,
  first,
  flakeOf,
  type Now,
  otherDigest,
  repeat,
  repeatOn,
  specPath,
} from './repetition.ts';
import { program, timelab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';

const at = answeredLab();

describe('what cannot be told is told with what stands in the way', () => {
  const edit = async (path: string) => await appendFile(join(at.parent.folder, path), ' ');
  const record = async (change: (manifest: Record<string, unknown>) => void) => {
    const path = join(at.parent.folder, 'run.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    change(manifest);
    await writeFile(path, JSON.stringify(manifest));
  };

  test.each<[what: string, cause: string, changed: string[], damage: () => Promise<void>]>([
    ['its answer is another', 'artifacts', [], () => edit('output/answer.txt')],
    ['its answer is gone', 'artifacts', [], () => rm(join(at.parent.folder, 'output/output.jsonl'))],
    ['its log is another', 'artifacts', [], () => edit('logs/log.jsonl')],
    ['an input is another', 'artifacts', ['inputs'], () => edit('input/files/01-notes.md')],
    [
      'an input is gone',
      'artifacts',
      ['inputs'],
      () => rm(join(at.parent.folder, 'input/files/01-notes.md')),
    ],
    [
      'its answer is a link to the same bytes',
      'artifacts',
      [],
      async () => {
        const answer = join(at.parent.folder, 'output/answer.txt');
        await program('mv', [answer, `${answer}.moved`], { cwd: '/' });
        await program('ln', ['-s', `${answer}.moved`, answer], { cwd: '/' });
      },
    ],
    [
      'its record names another start',
      'artifacts',
      [],
      () => record((run) => (run['git_sha'] = '1'.repeat(40))),
    ],
    [
      'its record tells of no answer',
      'parent',
      [],
      () =>
        record((run) => {
          run['artifacts'] = ['input/spec.json'];
          run['digests'] = {};
        }),
    ],
    ['it is running', 'parent', [], () => record((run) => (run['status'] = 'running'))],
  ])('%s: no model is asked', async (_what, cause, changed, damage) => {
    await damage();
    const { server, env } = await scriptedModel();
    const { data, run } = await repeat(at.lab, at.parent.folder, {
      ...env,
      TIMELAB_FLAKE: await flakeOf('a'),
    });
    expect(data).toMatchObject({
      verdict: 'cannot_tell',
      causes: [cause],
      changed: expect.arrayContaining(changed),
    });
    expect(run?.manifest).toMatchObject({ status: 'error', error: { kind: 'cannot_tell', code: 65 } });
    expect(run?.manifest.artifacts).toContain('input/spec.json');
    expect(server.asked).toEqual([]);
  });

  test('its spec is lost: there is nothing to record the verdict by', async () => {
    await edit('input/spec.json');
    const before = await snapshot(at.lab);
    const { data } = await repeat(at.lab, at.parent.folder);
    expect(data).toMatchObject({
      verdict: 'cannot_tell',
      causes: ['artifacts'],
      changed: ['spec'],
      run: null,
    });
    expect(await snapshot(at.lab)).toEqual(before);
  });

  const noModel = { models: [] };
  test.each<[what: string, cause: string, kind: string, replies: NonNullable<Now['replies']>]>([
    ['the model is gone', 'model', 'model_missing', { '/api/tags': noModel }],
    [
      'the model has no digest',
      'model',
      'digest_missing',
      { '/api/tags': { models: [{ ...entry, digest: '' }] } },
    ],
    ['the model changes while it answers', 'model', 'digest_changed', { '/api/ps': otherDigest }],
    ['the server fails', 'backend', 'backend_error', { '/api/chat': status(500, { error: 'no' }) }],
    ['what answers is no Ollama', 'backend', 'backend_protocol', { '/api/tags': status(200, 'hello') }],
  ])('%s', async (_what, cause, kind, replies) => {
    const { data, run } = await repeatOn(at.parent, first, { replies });
    expect(data).toMatchObject({ verdict: 'cannot_tell', causes: [cause] });
    expect(run?.manifest).toMatchObject({ status: 'error', error: { kind } });
  });

  test.each<[what: string, cause: string, host: string]>([
    ['nothing answers', 'backend', 'http://127.0.0.1:9'],
    ['the server is elsewhere', 'network', 'http://192.0.2.1:11434'],
  ])('%s', async (_what, cause, host) => {
    const { data } = await repeatOn(at.parent, first, { env: { OLLAMA_HOST: host } });
    expect(data).toMatchObject({ verdict: 'cannot_tell', causes: [cause] });
  });

  test('its record came from elsewhere, and would have things written elsewhere', async () => {
    const above = await snapshot(join(at.lab, '..'));
    await record((run) => {
      (run['task'] as Record<string, unknown>)['name'] = '../../../../../../above';
    });
    const { data, run } = await repeatOn(at.parent, first);
    expect(data).toMatchObject({ verdict: 'same' });
    expect(run?.folder).toMatch(/\/ai-team\/artifacts\/\d{6}Z_above_[0-9a-f]{8}$/);
    const outside = (all: object) => Object.keys(all).filter((path) => !path.startsWith('lab/'));
    expect(outside(await snapshot(join(at.lab, '..')))).toEqual(outside(above));
    await record((run) => {
      const inputs = run['inputs'] as Record<string, unknown>[];
      inputs.push({ ...inputs[0], path: 'output/answer.txt' });
    });
    expect((await repeatOn(at.parent, first)).data).toMatchObject({
      verdict: 'cannot_tell',
      causes: ['artifacts'],
    });
  });

  test('its own run is one that verify finds whole', async () => {
    await edit('output/answer.txt');
    const { run } = await repeat(at.lab, at.parent.folder);
    expect(await timelab(['verify', run?.folder ?? ''], { cwd: at.lab })).toMatchObject({ code: 0 });
  });

  test('it never had an answer', async () => {
    const { env } = await scriptedModel({ '/api/tags': noModel });
    const run = await ask(at.lab, ['--spec', specPath], env);
    const { env: well } = await scriptedModel();
    const { data } = await repeat(at.lab, run.folder, well);
    expect(data).toMatchObject({ verdict: 'cannot_tell', causes: ['parent'] });
  });
});
