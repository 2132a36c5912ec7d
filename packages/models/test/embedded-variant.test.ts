import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { dataDir, smollm2 } from './weights.ts';

const weights = await smollm2();
const reason = 'missing' in weights ? weights.missing : whyNotHere();
const program = fileURLToPath(new URL('embedded-program.ts', import.meta.url));

function whyNotHere(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'only Linux on x64 has these variants';
  return hasFeature('avx2') ? undefined : 'this processor has no AVX2';
}

function hasFeature(name: string): boolean {
  return new RegExp(`^flags.* ${name}( |$)`, 'm').test(readFileSync('/proc/cpuinfo', 'utf8'));
}

async function runProgram(cpu: string, env: Record<string, string> = {}) {
  const args = ['--import', 'tsx', program, 'llamacpp:smollm2', cpu];
  const whole = { ...process.env, TIMELAB_MODELS: dataDir, ...env };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env: whole });
  return { said: JSON.parse(stdout), stderr };
}

describe.skipIf(reason !== undefined)(`the engine’s variant${reason ? ` (skipped: ${reason})` : ''}`, () => {
  it('is haswell unless another is asked for, and other code gives other words', async () => {
    const usual = await runProgram('');
    const older = await runProgram('ivybridge');
    expect(usual.said.engine.cpu).toBe('haswell');
    expect(older.said.engine.cpu).toBe('ivybridge');
    expect(older.said.text).not.toBe(usual.said.text);
    expect(usual.said.text.length).toBeGreaterThan(100);
  });

  it('prints nothing of its own, even when the environment asks it to', async () => {
    const { said, stderr } = await runProgram('haswell', {
      NODE_LLAMA_CPP_LOG_LEVEL: 'debug',
      NODE_LLAMA_CPP_DEBUG: 'true',
    });
    expect(said.engine.cpu).toBe('haswell');
    expect(stderr).toBe('');
  });

  it('cannot be chosen without a folder for temporary files, and that is said', async () => {
    const { said } = await runProgram('haswell', { PROGRAM_TMPDIR: '/nowhere' });
    expect(said).toMatchObject({ kind: 'engine_failed', hint: expect.stringContaining('TMPDIR') });
  });

  it('is refused by name when there is none such, with those there are', async () => {
    const { said, stderr } = await runProgram('abacus');
    expect(said).toMatchObject({ kind: 'option_unsupported', hint: expect.stringContaining('haswell') });
    expect(said.message).toContain('abacus');
    expect(stderr).toBe('');
  });

  it('is refused when this processor cannot run it', async (context) => {
    if (hasFeature('amx_int8')) context.skip('this processor can run all of them');
    const { said } = await runProgram('sapphirerapids');
    expect(said.kind).toBe('option_unsupported');
    expect(said.message).toContain('sapphirerapids');
  });
});
