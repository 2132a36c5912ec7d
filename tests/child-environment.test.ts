import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needWeights } from './embedded-model.ts';
import { needHelpers } from './needed-helpers.ts';
import { binary, llmSpec, program, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';

// One whose name says nothing, one that says it is a secret, and one that other programs would obey.
const planted = {
  PLANTED: 'planted-plain-4711',
  PLANTED_TOKEN: 'planted-token-4711',
  LD_DEBUG_OUTPUT: '/tmp/planted-4711',
  OPENAI_API_KEY: 'planted-key-4711',
};

/** Every program that a call of timelab starts, with its whole environment, as the system saw it. */
async function startedBy(lab: string, args: readonly string[]): Promise<string[]> {
  const log = join(await temporaryFolder(), 'strace');
  const strace = ['-f', '-v', '-s', '1000000', '-e', 'trace=execve', '-o', log, process.execPath, binary];
  const ran = await program('strace', [...strace, ...args], { cwd: lab, env: planted });
  expect([ran.code, ran.stderr]).toEqual([0, expect.any(String)]);
  const calls = (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes(' execve('));
  // The first is timelab itself, which was told.
  expect(calls[0]).toContain('planted-token-4711');
  return calls.slice(1);
}

const hasStrace = async () => (await program('sh', ['-c', 'command -v strace'], { cwd: '/' })).code === 0;

test('no program that timelab starts is told what is on no list', async (context) => {
  if (!(await hasStrace())) context.skip('no strace, which shows what programs are told');
  needHelpers(context);
  await needWeights(context);
  const lab = await temporaryLab();
  await put(lab, 'spec.json', llmSpec({ config: { max_tokens: 4 } }));
  for (const args of [['ai', '--spec', 'spec.json'], ['mine', '--limit', '2'], ['doctor']]) {
    const calls = await startedBy(lab, args);
    expect([args[0], calls.length]).toEqual([args[0], expect.any(Number)]);
    expect(calls.filter((line) => line.includes('planted-')).map((line) => line.slice(0, 120))).toEqual([]);
    expect(calls.length).toBeGreaterThan(3);
  }
});

test('a git that fetches is told the secrets that the spec names, and pip no key', async () => {
  const lab = await temporaryLab();
  const bin = await temporaryFolder();
  const told = await temporaryFolder();
  for (const name of ['git', 'python3']) {
    const real = (await program('sh', ['-c', `command -v ${name}`], { cwd: '/' })).stdout.trim();
    const pass = name === 'git' ? `exec ${real} "$@"` : 'exit 1';
    await put(bin, name, `#!/bin/sh\n{ echo "${name} $*"; env; } > ${told}/$$\n${pass}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const PATH = `${bin}:${process.env['PATH']}`;
  const spec = {
    kind: 'mining',
    version: '1.0',
    secrets: ['PLANTED'],
    inputs: { repository: { url: 'http://127.0.0.1:1/x.git' } },
  };
  await put(lab, 'mine.json', spec);
  const env = { ...planted, PATH };
  expect((await timelab(['mine', '--spec', 'mine.json'], { cwd: lab, env })).code).toBe(70);
  await timelab(['model', 'pull', 'smollm2'], {
    cwd: lab,
    env: { ...env, TIMELAB_MODELS: await temporaryFolder(), PIP_INDEX_URL: 'http://127.0.0.1:1' },
  });
  // A file each: what two programs write into one at the same time cannot be told apart.
  const calls = await Promise.all((await readdir(told)).map((name) => readFile(join(told, name), 'utf8')));
  const fetching = calls.filter((call) => /^git .*(fetch|clone|ls-remote)/.test(call));
  expect(fetching.length).toBeGreaterThan(0);
  expect(fetching.every((call) => call.includes('PLANTED=planted-plain-4711'))).toBe(true);
  const pip = calls.filter((call) => call.startsWith('python3'));
  expect(pip.join('')).toContain('PIP_INDEX_URL=http://127.0.0.1:1');
  const others = calls.filter((call) => !fetching.includes(call) && !/^git .*config --get/.test(call));
  for (const text of [...pip, ...others, ...fetching.map((call) => call.replace(/^PLANTED=.*/m, ''))])
    expect(text).not.toContain('planted-');
});
