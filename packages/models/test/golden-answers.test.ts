import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { probedModel } from '@timelab/core';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownAnswers } from '../src/index.ts';
import golden from './golden-answers.json' with { type: 'json' };
import { goldenPrompts } from './golden-prompts.ts';
import { dataDir, smollm2 } from './weights.ts';

const weights = await smollm2();
const reason = 'missing' in weights ? weights.missing : whyNotHere();
const program = fileURLToPath(new URL('golden-program.ts', import.meta.url));

function whyNotHere(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'only Linux on x64 has these variants';
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? [];
  return flags.includes('avx2') ? undefined : 'this processor has no AVX2';
}

type Variant = keyof typeof golden.variants;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function said(
  words: readonly string[],
  env: Record<string, string> = {},
  command: string = process.execPath,
) {
  const options = { env: { ...process.env, TIMELAB_MODELS: dataDir, ...env } };
  const { stdout } = await promisify(execFile)(command, [...words], options);
  return JSON.parse(stdout);
}

/** What the program says of a variant of the engine's code on this processor. */
const onThis = (variant: Variant, env?: Record<string, string>, ...how: string[]) =>
  said(['--import', 'tsx', program, variant, ...how], env);

/** The golden answers of a variant, in the program's own form. */
function expected(variant: Variant) {
  const { brief, answers } = golden.variants[variant];
  const texts = Object.entries(answers).map(([prompt, { text }]) => [prompt, text]);
  return {
    engine: { name: 'llama.cpp', release: golden.release, cpu: variant },
    brief,
    answers: Object.fromEntries(texts),
  };
}

describe('the golden answers', () => {
  it('are what their hashes say', () => {
    for (const { answers } of Object.values(golden.variants)) {
      expect(Object.keys(answers)).toEqual([...goldenPrompts]);
      for (const { text, sha256: digest } of Object.values(answers)) expect(sha256(text)).toBe(digest);
    }
  });

  it('of another variant are other words, and other probabilities from the first token on', () => {
    const { haswell, ivybridge } = golden.variants;
    const differ = goldenPrompts.filter(
      (each) => haswell.answers[each].text !== ivybridge.answers[each].text,
    );
    expect(differ).toHaveLength(3);
    expect(haswell.brief.tokens[0]).not.toBe(ivybridge.brief.tokens[0]);
  });
});

describe.skipIf(reason !== undefined)(
  `the embedded engine gives the golden answers${reason ? ` (skipped: ${reason})` : ''}`,
  () => {
    it('on haswell code, and to the prompts of a probe what is published of it', async () => {
      const { probe, ...rest } = await onThis('haswell', {}, 'probed');
      expect(rest).toEqual(expected('haswell'));
      const model = probedModel({ name: 'm', hash: golden.weights_sha256, engine: rest.engine });
      const known = knownAnswers(model)?.answers.map(({ prompt, text, tokens }) => [
        prompt,
        { text, tokens },
      ]);
      expect(probe).toEqual(Object.fromEntries(known ?? []));
    });

    it('on haswell code where the C library is told of a lesser processor', async () => {
      const hidden = 'glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-FMA,-FMA4,-ERMS';
      const { probe: _, ...rest } = await onThis('haswell', { GLIBC_TUNABLES: hidden });
      expect(rest).toEqual(expected('haswell'));
    });

    it('on ivybridge code: others, always the same', async () => {
      const { probe: _, ...rest } = await onThis('ivybridge');
      expect(rest).toEqual(expected('ivybridge'));
    });
  },
);

/** An emulated processor works for minutes on what takes this one a second, which is too long for every call of the suite. */
const all = process.env['TIMELAB_TEST_ALL'] === '1' || process.env['CI'] === 'true';
const tooLong = all ? undefined : 'takes minutes; TIMELAB_TEST_ALL=1 runs it, as .ci/run does';
const notEmulated = reason ?? tooLong;

/** The processors that are emulated, one of each maker. */
const processors = ['Haswell', 'EPYC'] as const;

describe.skipIf(notEmulated !== undefined)(
  `on emulated processors${notEmulated ? ` (skipped: ${notEmulated})` : ''}`,
  { timeout: 3_600_000 },
  () => {
    let folder = '';
    let bundle = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'timelab-golden-'));
      // The engine is found from where the program lies, which is not among the sources: others copy those meanwhile.
      await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'));
      bundle = join(folder, 'program.mjs');
      const external = ['node-llama-cpp'];
      await build({
        entryPoints: [program],
        bundle: true,
        platform: 'node',
        format: 'esm',
        external,
        outfile: bundle,
      });
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.for(processors)(
      '%s has the same first tokens, to the last bit of their probabilities',
      async (cpu, context) => {
        const found = await promisify(execFile)('qemu-x86_64', ['--version']).catch(() => undefined);
        if (found === undefined) context.skip('no qemu-x86_64: apt-get install qemu-user');
        // Emulated, compiling JavaScript takes longer than it saves.
        const words = ['-cpu', cpu, process.execPath, '--jitless', bundle, 'haswell', 'briefly'];
        const { engine, brief } = await said(words, { TMPDIR: tmpdir() }, 'qemu-x86_64');
        expect({ engine, brief }).toEqual({
          engine: expected('haswell').engine,
          brief: expected('haswell').brief,
        });
      },
    );
  },
);
