import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOllama, noOllama, type RealOllama, start } from '../packages/models/test/real-ollama.ts';
import { smollm2 } from '../packages/models/test/weights.ts';
import { faultsBySchema } from './published-schema.ts';
import { llmSpec, put, temporaryLab, timelab } from './rig.ts';
import { type FoundRun, readRun } from './runs.ts';

const binary = findOllama();
const weights = await smollm2();
const reason =
  binary === undefined ? noOllama : 'missing' in weights ? `skipped: ${weights.missing}` : undefined;

describe.skipIf(reason !== undefined)(
  `a real Ollama, asked by the command${reason ? ` (${reason})` : ''}`,
  () => {
    let server: RealOllama;
    beforeAll(async () => {
      if (binary === undefined || 'missing' in weights) return;
      server = await start(binary, weights.path);
    });
    afterAll(() => server?.stop());

    /** Asks a model what one same spec asks. */
    async function ask(
      lab: string,
      model: string,
      flags: readonly string[] = [],
      elsewhere: Readonly<Record<string, string>> = {},
    ): Promise<FoundRun> {
      const spec = await put(lab, 'spec.json', llmSpec({ config: { model, temperature: 0 } }));
      const env = { OLLAMA_HOST: server.url, OPENAI_BASE_URL: `${server.url}/v1`, ...elsewhere };
      const { code, stdout, stderr } = await timelab(['ai', '--spec', spec, ...flags], { cwd: lab, env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return await readRun(stdout.split('\n')[0] ?? '');
    }

    const answer = async ({ folder }: FoundRun) => await readFile(join(folder, 'output/answer.txt'), 'utf8');

    test('answers from the same weights as the embedded engine, and both records say so', async () => {
      const lab = await temporaryLab();
      const [here, served] = [await ask(lab, 'llamacpp:smollm2'), await ask(lab, 'ollama:smollm2')];
      expect(faultsBySchema('run', served.manifest)).toEqual([]);
      const { model } = served.manifest;
      expect(model?.weights_sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(model?.weights_sha256).toBe(here.manifest.model?.weights_sha256);
      expect(model?.hash).not.toBe(here.manifest.model?.hash);
      expect(model?.engine?.name).toBe('ollama');
      expect(served.manifest).toMatchObject({
        status: 'ok',
        determinism: { tier: 'T2' },
        network: { allowed: false, hosts: [new URL(server.url).host] },
      });
      expect(await answer(served)).not.toBe('');
    });

    test('answers cold, though it was asked before; then, with no server at all, from its recording', async () => {
      const lab = await temporaryLab();
      const warm = await ask(lab, 'ollama:smollm2');
      // Loaded anew each time, by another process than any before; a model that stays is not.
      const seen = new Set(await server.runners());
      const isLoadedAnew = async (flags: readonly string[]) => {
        const run = await ask(lab, 'ollama:smollm2', flags);
        const others = (await server.runners()).filter((pid) => !seen.has(pid));
        for (const pid of others) seen.add(pid);
        return { run, anew: others.length > 0 };
      };
      const [first, second] = [await isLoadedAnew(['--cold']), await isLoadedAnew(['--cold'])];
      const [cold, again] = [first.run, second.run];
      const stays = await isLoadedAnew([]);
      expect([first.anew, second.anew, stays.anew]).toEqual([true, true, false]);
      expect(await answer(again)).toBe(await answer(cold));
      for (const one of [cold, again]) {
        expect(one.manifest.model?.sent).toMatchObject({ unload_first: true });
        expect(one.manifest.determinism).toMatchObject({
          tier: 'T2',
          reasons: expect.arrayContaining([expect.stringMatching(/^Nothing keeps others from asking/)]),
        });
      }
      expect(warm.manifest.model?.sent).not.toHaveProperty('unload_first');
      const nowhere = { OLLAMA_HOST: '127.0.0.1:9' };
      const replay = await ask(lab, 'ollama:smollm2', ['--replay', '--cold'], nowhere);
      expect(await answer(replay)).toBe(await answer(cold));
      expect(replay.manifest.model?.answered_from).toMatchObject([{ run_id: cold.manifest.run_id }]);
      expect(await answer(await ask(lab, 'ollama:smollm2', ['--replay'], nowhere))).toBe(await answer(warm));
    });

    test('answers through its OpenAI-compatible side, without a digest that nobody told', async () => {
      const run = await ask(await temporaryLab(), 'openai:smollm2');
      expect(faultsBySchema('run', run.manifest)).toEqual([]);
      expect(run.manifest).toMatchObject({
        status: 'ok',
        model: { name: 'openai:smollm2' },
        determinism: { tier: 'T3' },
      });
      expect(run.manifest.model).not.toHaveProperty('weights_sha256');
      expect(run.manifest.metrics?.['tokens_output']).toBeGreaterThan(0);
      expect(await answer(run)).not.toBe('');
    });
  },
);
