import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from './commands.ts';
import { needHelpers } from './needed-helpers.ts';
import { faultsBySchema } from './published-schema.ts';
import { binary, llmSpec, program, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';

/** A lab with a good spec, a bad one and one whose answer fails its check, and the environment of their model. */
async function labWithSpecs() {
  const lab = await temporaryLab();
  const config = { model: 'ollama:m' };
  await put(lab, 'good.json', llmSpec({ config }));
  await put(lab, 'bad.json', llmSpec({ config: { temprature: 1 } }));
  await put(lab, 'strict.json', llmSpec({ config, validation: { must_contain: ['Goodbye'] } }));
  const { env } = await scriptedModel();
  return { lab, env };
}

/** Each command, well and ill, with the exit code it has. */
const calls: readonly (readonly [line: string, code: number])[] = [
  ['init other', 0],
  ['init /dev/null/x', 64],
  ['day', 0],
  ['day --date tomorrow', 64],
  ['new first', 0],
  ['new ../first', 64],
  ['check good.json', 0],
  ['check bad.json', 65],
  ['check good.json bad.json missing.json', 65],
  ['ai --spec good.json', 0],
  ['ai --spec good.json --show', 0],
  ['ai --spec good.json --dry-run', 0],
  ['ai --spec bad.json', 65],
  ['ai --spec strict.json', 65],
  ['ai --spec good.json --model llamacpp:./none.gguf', 70],
  ['ai', 64],
  ['mine --limit 1', 0],
  ['mine --limit 0', 64],
  ['mine --repo nowhere', 65],
  ['summ HEAD', 0],
  ['summ deadbeef', 65],
  ['summ', 64],
  ['repro latest', 65],
  ['repro', 64],
  ['verify --all', 0],
  ['verify latest', 65],
  ['verify', 64],
  ['checkout latest there', 65],
  ['checkout latest', 64],
  ['ls', 0],
  ['ls --since 3d --status error', 0],
  ['ls --since yesterday', 64],
  ['show latest', 65],
  ['show', 64],
  ['diff latest latest~1', 65],
  ['diff latest', 64],
  ['doctor', 0],
  ['doctor --fix', 0],
  ['doctor now', 64],
  ['sync', 0],
  ['sync now', 64],
  ['model list', 0],
  ['model show ollama:m', 0],
  ['model show ollama:other', 70],
  ['model pull gpt-4', 70],
  ['model', 64],
  ['probe openai:m', 70],
  ['probe ollama:m --runs 1', 64],
  ['agent', 0],
  ['agent --schema run.schema.json', 0],
  ['agent --schema none', 64],
  ['completion bash', 0],
  ['completion tcsh', 64],
  ['frobnicate', 64],
  ['--lab /dev/null/x day', 64],
  ['', 64],
];

const needsPrograms = ([line, code]: (typeof calls)[number]) => /^(mine|summ) /.test(line) && code === 0;

describe('with --json, stdout is one JSON object by the published schema', () => {
  test('every command is among them, well and ill', () => {
    const called = (isWell: boolean) =>
      calls.filter(([, code]) => (code === 0) === isWell).map(([line]) => commandOf(line.split(' ')));
    expect(commands.filter((command) => !called(false).includes(command))).toEqual([]);
    // What these do well needs a model, or a run; tests of their own hold it to the schema.
    const elsewhere = ['repro', 'checkout', 'show', 'diff', 'probe'];
    expect(commands.filter((command) => !called(true).includes(command))).toEqual(elsewhere);
  });

  test.for(calls)('timelab %s', async ([line, code], context) => {
    if (needsPrograms([line, code])) needHelpers(context);
    const { lab, env } = await labWithSpecs();
    const words = line.split(' ').filter((word) => word !== '');
    for (const args of [
      [...words, '--json'],
      ['--json', ...words],
    ]) {
      const ran = await timelab(args, { cwd: lab, env });
      expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code });
      expect(ran.stdout).toMatch(/^\{.*\}\n$/);
      const result = JSON.parse(ran.stdout);
      expect(faultsBySchema('result', result)).toEqual([]);
      if (result.data !== undefined)
        expect(faultsBySchema('data', { [calledWords(words)]: result.data })).toEqual([]);
      expect(result).toMatchObject({ ok: code === 0, command: commandOf(words) });
      expect(result.error?.code).toBe(code === 0 ? undefined : code);
      expect(result.artifacts.filter((path: string) => !isAbsolute(path) || !existsSync(path))).toEqual([]);
      // `new` and `init` have done their work by now: only the first call of theirs is well.
      if (line.startsWith('new')) return;
    }
  });

  test('a run is in it whole, and every fault of a spec with its place and the nearest name', async () => {
    const { lab, env } = await labWithSpecs();
    const well = JSON.parse(
      (await timelab(['ai', '--spec', 'good.json', '--json'], { cwd: lab, env })).stdout,
    );
    expect(faultsBySchema('run', well.run)).toEqual([]);
    const ill = JSON.parse((await timelab(['check', 'bad.json', '--json'], { cwd: lab, env })).stdout);
    expect(ill.error.faults).toMatchObject([
      { file: 'bad.json', pointer: '/config/temprature', suggestion: 'temperature' },
    ]);
  });
});

describe('without --json, stdout has the paths of artifacts, one a line', () => {
  const isWords = (line: string, code: number) =>
    code === 0 && /^(agent|completion|doctor|ls|model (list|show))|--dry-run/.test(line);
  const wellOrIll = calls.filter(([line, code]) => !isWords(line, code) && line !== '');

  test.for(wellOrIll)('timelab %s', async ([line, code], context) => {
    if (needsPrograms([line, code])) needHelpers(context);
    const { lab, env } = await labWithSpecs();
    const ran = await timelab(line.split(' '), { cwd: lab, env });
    expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code });
    const paths = ran.stdout.split('\n').slice(0, -1);
    expect(paths.filter((path) => !isAbsolute(path) || !existsSync(path))).toEqual([]);
    expect(ran.stdout === '' || ran.stdout.endsWith('\n')).toBe(true);
    if (/^(init|day|new|ai|sync)/.test(line) && code === 0) expect(paths).not.toEqual([]);
  });

  test.for(wellOrIll)(
    '--quiet says nothing on stderr but problems: timelab %s',
    async ([line, code], context) => {
      if (needsPrograms([line, code])) needHelpers(context);
      const { lab, env } = await labWithSpecs();
      const words = line.split(' ').filter((word) => word !== '--show');
      const ran = await timelab(['--quiet', ...words], { cwd: lab, env });
      expect(ran.code).toBe(code);
      expect(ran.stderr === '').toBe(code === 0);
    },
  );
});

describe('colours and progress are for terminals', () => {
  /** Runs a command line under a pseudo terminal, where stdout and stderr are one; gives what was shown. */
  async function shown(line: string, env: Record<string, string> = {}): Promise<string> {
    const { lab, env: model } = await labWithSpecs();
    const bin = await temporaryFolder();
    await symlink(binary, join(bin, 'timelab'));
    const place = {
      cwd: lab,
      env: { ...model, TERM: 'xterm', PATH: `${bin}:${process.env['PATH']}`, ...env },
    };
    return (await program('script', ['-qec', line, '/dev/null'], place)).stdout;
  }
  test('a problem is coloured there', async () => {
    expect(await shown('timelab check bad.json')).toContain('\u001b[31m');
  });

  test('and progress is shown on a line that is cleared', async () => {
    const text = await shown('timelab ai --spec good.json');
    expect(text).toContain('ollama:m');
    expect(text).toMatch(/\r +\r\/.*\/run\.json\r\n/);
  });

  test.each<[string, string, Record<string, string>]>([
    ['--no-color', 'timelab --no-color check bad.json', {}],
    ['NO_COLOR', 'timelab check bad.json', { NO_COLOR: '1' }],
    ['TERM=dumb', 'timelab check bad.json', { TERM: 'dumb' }],
    ['--no-color, after the command', 'timelab check bad.json --no-color', {}],
    ['TERM=dumb, with progress', 'timelab ai --spec good.json', { TERM: 'dumb' }],
    ['--quiet, with progress', 'timelab --quiet ai --spec good.json', {}],
    ['--json, with progress', 'timelab --json ai --spec good.json', {}],
    ['stderr to a file', 'timelab check bad.json 2> words; cat words', {}],
  ])('no escapes with %s', async (_what, line, env) => {
    const text = await shown(line, env);
    expect(text).toMatch(/\w/);
    expect(text).not.toContain('\u001b');
  });

  test('an empty NO_COLOR is none (no-color.org)', async () => {
    expect(await shown('timelab check bad.json', { NO_COLOR: '' })).toContain('\u001b[31m');
  });
});

/** The words that call a command, those of one inside another included. */
function calledWords(words: readonly string[]): string {
  const command = commandOf(words);
  return command === 'model' ? `model ${words[words.indexOf('model') + 1]}` : command;
}

function commandOf(words: readonly string[]): string {
  return words.find((word, at) => !word.startsWith('-') && words[at - 1] !== '--lab') ?? '';
}
