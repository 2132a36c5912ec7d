import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { done, entry, lines, silence } from '../packages/models/test/fault-server.ts';
import {
  answeredLab,
  ask,
  first,
  notesPath,
  other,
  repeat,
  repeatOn,
  saying,
  specPath,
} from './repetition.ts';
import { ended, llmSpec, put, startTimelab, timelab } from './rig.ts';
import { type FoundRun, rowsOf, runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { sha256, snapshot } from './snapshot.ts';

const at = answeredLab();

describe('a repetition', () => {
  test('asks what was asked, of the recorded bytes, as a run of its own that is listed; the parent is only read', async () => {
    const before = await snapshot(at.parent.folder);
    await put(at.lab, specPath, llmSpec());
    await put(at.lab, notesPath, 'Sounds.\n');
    const { run } = await repeatOn(at.parent, first);
    const { task, inputs, model, cmd } = run?.manifest ?? {};
    expect({ task, inputs }).toEqual({ task: at.parent.manifest.task, inputs: at.parent.manifest.inputs });
    expect(model?.params).toEqual(at.parent.manifest.model?.params);
    expect(cmd).toBe(`timelab repro ${at.parent.manifest.run_id}`);
    for (const { path, sha256: digest } of at.parent.manifest.inputs)
      expect(sha256(await readFile(join(run?.folder ?? '', path)))).toBe(digest);
    expect(await snapshot(at.parent.folder)).toEqual(before);
    const ids = [at.parent, run].map((one) => one?.manifest.run_id);
    expect((await rowsOf(at.lab)).map(({ run_id }) => run_id)).toEqual(ids);
  });

  test('asks the model that a flag had put in the place of the spec’s', async () => {
    const models = { models: [{ ...entry, name: 'n:latest', model: 'n:latest' }] };
    const { env } = await scriptedModel({
      '/api/tags': models,
      '/api/ps': models,
      '/api/chat': saying(first),
    });
    const run = await ask(at.lab, ['--spec', specPath, '--model', 'ollama:n'], env);
    const { data, run: again } = await repeat(at.lab, run.folder, env);
    expect(data).toMatchObject({ verdict: 'same', changed: [] });
    expect(again?.manifest.model?.name).toBe('ollama:n');
  });

  test('of an answer that fails its checks is the same where it fails them again', async () => {
    const config = { model: 'ollama:m' };
    await put(at.lab, 'strict.json', llmSpec({ config, validation: { must_contain: ['violet'] } }));
    const { env } = await scriptedModel({ '/api/chat': saying(first) });
    const failed = await ask(at.lab, ['--spec', 'strict.json'], env);
    expect(failed.manifest.error?.kind).toBe('validation_failed');
    const { data, run } = await repeat(at.lab, failed.folder, env);
    expect(data).toMatchObject({ verdict: 'same', changed: [] });
    expect(run?.manifest).toMatchObject({ status: 'error', error: { kind: 'validation_failed' } });
  });

  test('of an answer that is asked for several times holds each against its own', async () => {
    const config = { model: 'ollama:m', repeat: 3 };
    await put(at.lab, 'thrice.json', llmSpec({ config }));
    const answers = (third: string) => ({ '/api/chat': [saying('Red.'), saying('Grün.'), saying(third)] });
    const { env } = await scriptedModel(answers('Blue.'));
    const run = await ask(at.lab, ['--spec', 'thrice.json'], env);
    const { env: again } = await scriptedModel(answers('Blue.'));
    expect((await repeat(at.lab, run.folder, again)).data).toMatchObject({ verdict: 'same', changed: [] });
    const { env: later } = await scriptedModel(answers('Black.'));
    const { data } = await repeat(at.lab, run.folder, later);
    expect(data).toMatchObject({
      verdict: 'different',
      causes: ['nondeterminism'],
      first_difference: { file: 'output/output.jsonl', line: 3 },
    });
    const list = await readFile(join(run.folder, 'output/output.jsonl'));
    const { byte } = data['first_difference'] as { byte: number };
    expect(list.toString('utf8', byte - 3, byte + 3)).toBe('"Blue.');
  });

  test('of an answer that is the same as far as it goes, but was cut off there, is another', async () => {
    const cut = lines(
      ...[...first].map((content) => ({ message: { content } })),
      done({ done_reason: 'length' }),
    );
    const { data } = await repeatOn(at.parent, first, { replies: { '/api/chat': cut } });
    expect(data).toMatchObject({
      verdict: 'different',
      causes: ['nondeterminism'],
      first_difference: { file: 'output/output.jsonl', line: 1 },
    });
    const list = await readFile(join(at.parent.folder, 'output/output.jsonl'));
    const { byte } = data['first_difference'] as { byte: number };
    expect(list.toString('utf8', byte - 1, byte + 5)).toBe('"stop"');
  });

  test('of an answer that was a recording asks a model, and says so', async () => {
    const { server, env } = await scriptedModel({ '/api/chat': saying(first) });
    const cached = await ask(at.lab, ['--spec', specPath, '--cache'], env);
    expect(cached.manifest.model?.answered_from).toHaveLength(1);
    expect(server.asked).not.toContain('/api/chat');
    const { data, run } = await repeat(at.lab, cached.folder, env);
    expect(data).toMatchObject({ verdict: 'same' });
    expect(server.asked).toContain('/api/chat');
    expect(run?.manifest.model?.answered_from).toBeUndefined();
  });

  test('can be repeated itself', async () => {
    const { run } = await repeatOn(at.parent, other);
    at.parent = run as FoundRun;
    const { data } = await repeatOn(at.parent, other);
    expect(data).toMatchObject({ verdict: 'same', parent: run?.manifest.run_id });
  });

  test('of a server without digests is compared with what can be known', async () => {
    const { env } = await scriptedModel();
    const run = await ask(at.lab, ['--spec', specPath, '--model', 'openai:m'], env);
    expect((await repeat(at.lab, run.folder, env)).data).toMatchObject({ verdict: 'same', changed: [] });
  });

  test('that is ended by a signal dies of it, and cannot tell', async () => {
    const half = `${JSON.stringify({ message: { content: 'Hel' } })}\n`;
    const { server, env } = await scriptedModel({ '/api/chat': silence(half) });
    const child = startTimelab(['repro', at.parent.folder], { cwd: at.lab, env });
    const end = ended(child);
    while (!server.asked.includes('/api/chat')) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: null, signal: 'SIGTERM' });
    const [, run] = await runsOf(at.lab);
    expect(run?.manifest).toMatchObject({
      status: 'cancelled',
      parent_run_id: at.parent.manifest.run_id,
      repro: { verdict: 'cannot_tell', causes: ['interrupted'] },
    });
  });
});

describe('the place where two answers part', () => {
  const placeIn = async (text: string) => (await repeatOn(at.parent, text)).data['first_difference'];
  const side = (text: string) => ({ bytes: Buffer.byteLength(text), sha256: sha256(text) });

  test.each([
    ['in a later line', other, 17, 2],
    ['at the first byte', 'red, green\nand blue.', 0, 1],
    ['where the new one goes on', `${first}\nOr not.`, 20, 2],
    ['where the old one goes on', 'Red, green', 10, 1],
    ['in the bytes of a character', 'Réd, green\nand blue.', 1, 1],
    ['where the new one is empty', '', 0, 1],
  ])('is told %s', async (_what, text, byte, line) => {
    expect(await placeIn(text)).toEqual({
      file: 'output/answer.txt',
      byte,
      line,
      parent: side(first),
      run: side(text),
    });
  });

  test('is shown where it is asked for, and can do nothing to a terminal', async () => {
    const hostile = 'Red, green\n\u001b]0;owned\u0007\u202Eand black.';
    const shown = await repeatOn(at.parent, hostile, {}, '--show');
    const words = `${shown.ran.stdout}${shown.ran.stderr}`;
    expect(shown.data['excerpts']).toEqual({
      parent: expect.stringContaining('and blue.'),
      run: expect.stringContaining('and black.'),
    });
    expect(shown.ran.stderr).toContain('and black.');
    expect(words).not.toMatch(/[\u001b\u0007\u202e]/);
    const unshown = await repeatOn(at.parent, hostile);
    expect(`${unshown.ran.stdout}${unshown.ran.stderr}`).not.toMatch(/blue|black|owned/);
    expect(JSON.stringify(unshown.run?.manifest)).not.toMatch(/blue|black|owned/);
  });
});

describe('a wrong call', () => {
  test('names no run of the lab, or none that can be read', async () => {
    const none = await timelab(['repro', 'deadbeef', '--json'], { cwd: at.lab });
    expect({ code: none.code, kind: JSON.parse(none.stdout).error.kind }).toEqual({
      code: 65,
      kind: 'run_unknown',
    });
    await writeFile(join(at.parent.folder, 'run.json'), '{');
    const bad = await timelab(['repro', at.parent.folder, '--json'], { cwd: at.lab });
    const { error } = JSON.parse(bad.stdout);
    expect({ code: bad.code, kind: error.kind }).toEqual({ code: 65, kind: 'manifest_invalid' });
    // In the words of every command that is given a run.
    const shown = await timelab(['show', at.parent.folder, '--json'], { cwd: at.lab });
    expect(error).toEqual(JSON.parse(shown.stdout).error);
  });

  test('has a server that makes no sense, and leaves nothing behind', async () => {
    const before = await snapshot(at.lab);
    const ran = await timelab(['repro', at.parent.folder], { cwd: at.lab, env: { OLLAMA_HOST: 'ftp://x' } });
    expect(ran.code).toBe(64);
    expect(await snapshot(at.lab)).toEqual(before);
  });
});
