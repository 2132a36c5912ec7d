import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from './commands.ts';
import { needWeights } from './embedded-model.ts';
import { git, minedHistory } from './mined-history.ts';
import { miningSpec } from './mining.ts';
import { binary, llmSpec, program, put, repository, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';

const pages = ['', ...commands, 'model list', 'model show', 'model pull'];
const call = async (line: string) =>
  await timelab(line === '' ? [] : line.trim().split(' '), { cwd: repository });

describe('help', () => {
  test('lists every command with a line of its own, and the exit codes', async () => {
    const { stdout } = await call('--help');
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S.*$/gm)].map((match) => match[1]);
    expect(listed).toEqual(commands);
    expect(stdout).toContain('0 done, 64 wrong call, 65 bad data, 70 anything else');
  });

  test.each(pages)('of `timelab %s` is the same however it is asked for', async (page) => {
    const ways = await Promise.all([`${page} --help`, `${page} -h`, `help ${page}`].map(call));
    for (const way of ways) expect(way).toEqual(ways[0]);
    expect(ways[0]).toMatchObject({ code: 0, stderr: '' });
    const lines = ways[0]?.stdout.split('\n') ?? [];
    expect(lines[0]).toMatch(new RegExp(`^Usage: timelab ${page}`));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('is what a call without a word gives', async () => {
    expect(await call('')).toEqual(await call('--help'));
  });

  test.each(['-V', '--version', 'day --version'])('%s gives the version alone', async (line) => {
    const ran = await call(line);
    expect(ran).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

/** A lab that has the specs that a script names, with `timelab` in its `bin`. */
async function labOfExamples(script: string): Promise<string> {
  const lab = await temporaryLab();
  const specs = { mine: miningSpec('.'), ai: llmSpec({ config: { model: 'ollama:m' } }) };
  for (const [, path = ''] of script.matchAll(/((?:2025\/10\/15|latest)\/\S+\.json)/g))
    await put(lab, path, script.includes('timelab mine') ? specs.mine : specs.ai);
  if (script.includes('ripgrep')) await mirrorOfExamples(lab);
  await mkdir(join(lab, 'bin'));
  await symlink(binary, join(lab, 'bin/timelab'));
  return lab;
}

/** Makes the runs that examples call `latest` and `latest~1`. */
async function askTwice(lab: string, env: Readonly<Record<string, string>>): Promise<void> {
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  for (let time = 0; time < 2; time += 1) await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env });
}

/** The repository that examples name, beside a lab, with what they name in it; and GitHub, as far as git sees it. */
async function mirrorOfExamples(lab: string): Promise<void> {
  const mirror = await minedHistory(join(lab, '../ripgrep'), 3);
  await put(mirror, 'crates/core/main.rs', 'fn main() {}\n');
  await git(mirror, 'add', 'crates');
  await git(mirror, 'commit', '-qm', 'feat: a core');
  for (const tag of ['1a2b3c4d', 'v1.2.0']) await git(mirror, 'tag', tag);
  await git(lab, 'tag', 'v1.2.0');
  const account = join(lab, '../github/BurntSushi');
  await mkdir(account, { recursive: true });
  await git(lab, 'clone', '-q', '--bare', mirror, join(account, 'ripgrep.git'));
  await put(
    lab,
    '../gitconfig',
    `[url "file://${join(lab, '../github')}/"]\n\tinsteadOf = https://github.com/\n`,
  );
}

describe('the examples in help run as they stand', () => {
  test.for(pages)('timelab %s', async (page, context) => {
    const { stdout } = await call(`${page} --help`);
    const script = [...stdout.matchAll(/^ {2}\$ (.+)$/gm)].map((match) => match[1]).join('\n');
    expect(script).toMatch(new RegExp(`^timelab ${page}`));
    if (['', 'summ', 'probe', 'model show', 'model pull'].includes(page)) await needWeights(context);
    const lab = await labOfExamples(script);
    const { env } = await scriptedModel();
    if (/latest(~1)?\b(?!\/)/.test(script)) await askTwice(lab, env);
    const home = { HOME: await temporaryFolder(), PATH: `${lab}/bin:${process.env['PATH']}` };
    const config = { GIT_CONFIG_GLOBAL: join(lab, '../gitconfig') };
    const ran = await program('bash', ['-euc', script], { cwd: lab, env: { ...env, ...home, ...config } });
    expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code: 0 });
  });
});

describe('a wrong call ends with 64 and says what is wrong', () => {
  test.each([
    ['dya', "Unknown command 'dya'. Did you mean day?"],
    ['help dya', "Unknown command 'dya'. Did you mean day?"],
    ['dya --help', "Unknown command 'dya'. Did you mean day?"],
    ['frobnicate', "Unknown command 'frobnicate'."],
    ['constructor', "Unknown command 'constructor'."],
    ['__proto__', "Unknown command '__proto__'."],
    ['day --dat 2025-10-15', "Unknown option '--dat'. Did you mean --date?"],
    ['sync --qiet', "Unknown option '--qiet'. Did you mean --quiet?"],
    ['ai --spce x.json', "Unknown option '--spce'. Did you mean --spec?"],
    ['ai spce=x.json', '`timelab ai` takes no spce=. Did you mean spec=?'],
    ['model lst', "Unknown command 'lst'. Did you mean list?"],
    ['model', 'No command is named.'],
    ['--quiet', 'No command is named.'],
    ['--lab', "Option '--lab <dir>' argument missing."],
    ['ai', '`timelab ai` needs --spec FILE.'],
    ['check', "Missing required argument 'files'."],
    ['new', "Missing required argument 'name'."],
    ['day monday', "Too many arguments for 'day'"],
    ['new x --kind poem', 'Allowed choices are llm, mining, extraction, analysis.'],
    ['completion tcsh', 'Allowed choices are bash, zsh, fish.'],
    ['--lab /dev/null/lab sync', '/dev/null/lab is not a folder.'],
    ['ai --spec x.json --model -rf', '"-rf" is not the name of a model.'],
    ['repro', "Missing required argument 'run'."],
    ['init --lab x', '--lab is for labs that exist'],
  ])('timelab %s', async (line, words) => {
    const ran = await call(line);
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toMatch(/^\s+at |outputHelp|undefined/m);
  });

  test('an empty --lab, as an unset variable leaves it, is not the working folder', async () => {
    const ran = await timelab(['sync', '--lab', ''], { cwd: await temporaryLab() });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
  });

  test('its hint names the help of the command that was called', async () => {
    expect((await call('ai')).stderr).toContain('`timelab ai --help`');
    expect((await call('dya')).stderr).toContain('`timelab --help`');
  });
});
