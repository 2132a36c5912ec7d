import { execFile } from 'node:child_process';
import { copyFile, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findOllama, noOllama, type RealOllama, start } from '../packages/models/test/real-ollama.ts';
import { smollm2 } from '../packages/models/test/weights.ts';
import { needWeights } from './embedded-model.ts';
import { fileOf, repeat } from './repetition.ts';
import { llmSpec, type Place, program, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { type FoundRun, readRun } from './runs.ts';

const weights = await smollm2();
const missing = 'missing' in weights ? weights.missing : undefined;
const prompt = 'Name three colours of the rainbow.';

/** Asks a model for so many tokens, in a lab. */
async function ask(lab: string, config: object, env: Place['env'] = {}): Promise<FoundRun> {
  const spec = await put(
    lab,
    '2025/01/01/ai-team/specs/rainbow.json',
    llmSpec({ inputs: { prompt }, config }),
  );
  const ran = await timelab(['ai', '--spec', spec], { cwd: lab, env });
  expect({ code: ran.code, words: ran.stderr }).toEqual({ code: 0, words: '' });
  return await readRun(ran.stdout.split('\n')[0] ?? '');
}

describe.skipIf(missing !== undefined)(
  `a run of the embedded model${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let lab: string;
    let shelf: string;
    beforeEach(async (context) => {
      await needWeights(context);
      lab = await temporaryLab();
      shelf = await temporaryFolder();
    });

    /** The weights on a shelf, or in a file, of their own. */
    async function bring(path: string): Promise<string> {
      const target = join(shelf, path);
      await mkdir(join(target, '..'), { recursive: true });
      if ('path' in weights) await copyFile(weights.path, target);
      await program('chmod', ['u+w', target], { cwd: '/' });
      return target;
    }

    /** Other weights: the bytes of one block of numbers are turned round. */
    async function spoil(path: string, at: number, length: number): Promise<void> {
      const file = await open(path, 'r+');
      const bytes = Buffer.alloc(length);
      await file.read(bytes, 0, length, at);
      await file.write(
        bytes.map((byte) => byte ^ 0x55),
        0,
        length,
        at,
      );
      await file.close();
    }

    test('is the same, and on other code of the engine another, though its beginning is the same', async () => {
      const run = await ask(lab, { max_tokens: 24 });
      expect((await repeat(lab, run.folder)).data).toMatchObject({
        verdict: 'same',
        changed: [],
        causes: [],
      });
      const { cpu } = run.manifest.model?.engine ?? {};
      if (cpu !== 'haswell') return;
      const older = await repeat(lab, run.folder, { TIMELAB_CPU: 'ivybridge' });
      expect(older.data).toMatchObject({ verdict: 'different', changed: ['engine'], causes: ['engine'] });
      const { byte } = older.data['first_difference'] as { byte: number };
      const [was, is] = [
        await fileOf(run, 'output/answer.txt'),
        await fileOf(older.run as FoundRun, 'output/answer.txt'),
      ];
      expect(byte).toBeGreaterThan(0);
      expect(is.slice(0, byte)).toBe(was.slice(0, byte));
      const begun = await ask(lab, { max_tokens: 4 });
      const same = await repeat(lab, begun.folder, { TIMELAB_CPU: 'ivybridge' });
      expect(same.data).toMatchObject({ verdict: 'same', changed: ['engine'], causes: [] });
    });

    test('cannot be told of where the weights are gone, or are not what they were', async () => {
      const file = await bring(
        'models/sha256/b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53.gguf',
      );
      const env = { TIMELAB_MODELS: shelf };
      const run = await ask(lab, { max_tokens: 4 }, env);
      await spoil(file, 60_000_000, 4096);
      const spoilt = await repeat(lab, run.folder, env);
      expect(spoilt.data).toMatchObject({ verdict: 'cannot_tell', changed: [], causes: ['model'] });
      expect(spoilt.run?.manifest.error?.kind).toBe('weights_invalid');
      await rm(file);
      const gone = await repeat(lab, run.folder, env);
      expect(gone.data).toMatchObject({ verdict: 'cannot_tell', changed: [], causes: ['model'] });
      expect(gone.run?.manifest.error?.kind).toBe('model_missing');
    });

    test('from a file that now holds other weights says so, whatever they answer', async () => {
      const file = await bring('own.gguf');
      const model = `llamacpp:${file}`;
      const run = await ask(lab, { max_tokens: 16, model });
      // No record tells where the file lay.
      expect((await repeat(lab, run.folder)).data).toMatchObject({
        verdict: 'cannot_tell',
        causes: ['model'],
      });
      const now = async () => (await repeat(lab, run.folder, {}, '--model', model)).data;
      expect(await now()).toMatchObject({ verdict: 'same', changed: [] });
      await promisify(execFile)('sh', ['-c', `printf x >> '${file}'`]);
      expect(await now()).toMatchObject({ verdict: 'same', changed: ['model'], causes: [] });
      await spoil(file, 40_000_000, 20_000_000);
      expect(await now()).toMatchObject({ verdict: 'different', changed: ['model'], causes: ['model'] });
    });

    test('from a file in the lab is found from wherever it is repeated', async () => {
      await bring('own.gguf');
      await program('mv', [join(shelf, 'own.gguf'), join(lab, 'own.gguf')], { cwd: '/' });
      const run = await ask(lab, { max_tokens: 4, model: 'llamacpp:./own.gguf' });
      const { code } = await timelab(['repro', 'latest', '--json'], { cwd: join(run.folder, 'output') });
      expect(code).toBe(0);
    });
  },
);

const binary = findOllama();
const reason = binary === undefined ? noOllama : missing;

describe.skipIf(reason !== undefined)(`a run on a real Ollama${reason ? ` (${reason})` : ''}`, () => {
  let server: RealOllama;
  let env: { OLLAMA_HOST: string };
  beforeAll(async () => {
    if (binary === undefined || 'missing' in weights) return;
    server = await start(binary, weights.path);
    env = { OLLAMA_HOST: server.url };
  });
  afterAll(() => server?.stop());

  /** Makes the model anew, of the same weights; what is in memory keeps the old digest until it is unloaded. */
  async function make(...lines: string[]): Promise<void> {
    await unload();
    const from = 'path' in weights ? weights.path : '';
    const modelfile = [`FROM ${from}`, 'PARAMETER num_thread 1', ...lines, ''].join('\n');
    const file = await put(await temporaryFolder(), 'Modelfile', modelfile);
    await promisify(execFile)(binary ?? '', ['create', 'smollm2', '-f', file], {
      env: { ...env, HOME: await temporaryFolder() },
    });
  }

  async function unload(): Promise<void> {
    const body = JSON.stringify({ model: 'smollm2', keep_alive: 0 });
    await fetch(`${server.url}/api/generate`, { method: 'POST', body });
    const isLoaded = async () => /"name"/.test(await (await fetch(`${server.url}/api/ps`)).text());
    while (await isLoaded()) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  test.each<[what: string, lines: string[], verdict: string]>([
    ['nothing has changed', [], 'same'],
    ['a default has changed that is sent anyway', ['PARAMETER temperature 1.5'], 'same'],
    ['a default has changed that is the model’s own', ['PARAMETER stop "a"'], 'different'],
    ['its template has changed', ['TEMPLATE "{{ .Prompt }}, and so on:"'], 'different'],
  ])('%s', async (_what, lines, verdict) => {
    await make();
    const lab = await temporaryLab();
    const run = await ask(lab, { model: 'ollama:smollm2', max_tokens: 12 }, env);
    await make(...lines);
    const changed = lines.length === 0 ? [] : ['model'];
    const causes = verdict === 'same' ? [] : changed;
    expect((await repeat(lab, run.folder, env)).data).toMatchObject({ verdict, changed, causes });
  });
});
