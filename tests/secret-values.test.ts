import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { done, events, finish, lines, status } from '../packages/models/test/fault-server.ts';
import { git } from './mined-history.ts';
import { needHelpers } from './needed-helpers.ts';
import { llmSpec, put, type Ran, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';

/** One hundred values that nobody else has, with all that has to be escaped somewhere; none has the form of a known token. */
const seed = process.env['SECRETS_SEED'] ?? 'kiln';
const planted = Array.from({ length: 100 }, (_, at) => {
  const random = createHash('sha256').update(`${seed} ${at}`).digest();
  const hex = random.toString('hex', 0, 8);
  const forms = [
    `v0-${hex}`,
    hex + hex,
    `${random.toString('base64', 8, 23)}+/`,
    `p "q" \\ ${hex} é/ö`,
    `ab$cd'${hex}&=%`,
  ];
  return { name: `LAB_${at}_KEY`, value: forms[at % forms.length] as string };
});

/** How a value can stand in a text, worked out here anew. */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    const digits = bytes.toString('base64').replace(/=+$/, '');
    return digits.slice(before === 0 ? 0 : before + 1, -1);
  });
  const url = encodeURIComponent(value);
  const dense = base64.map((digits) => digits.replaceAll('+', '-').replaceAll('/', '_'));
  return [value, json, JSON.stringify(json).slice(1, -1), url, url.toLowerCase(), ...base64, ...dense];
}

/** The names of the values that stand in some bytes, in whatever form. */
function foundIn(bytes: Buffer): string[] {
  return planted
    .filter(({ value }) => formsOf(value).some((form) => bytes.includes(form)))
    .map(({ name }) => name);
}

const echo = planted
  .map(({ value }) => {
    const base64 = Buffer.from(`x${value}`).toString('base64');
    return `${value}\n${base64}\n${encodeURIComponent(value)}\n${JSON.stringify({ value })}\n`;
  })
  .join('and\n');

/** A text in pieces of 1 to 9 characters: no value comes whole. */
function pieces(text: string): string[] {
  const cut: string[] = [];
  for (let at = 0, length = 1; at < text.length; at += length, length = (length * 7) % 10 || 3)
    cut.push(text.slice(at, at + length));
  return cut;
}

/** Where the planted values are known from; nowhere, for the control. */
async function plant(lab: string, known: boolean): Promise<Record<string, string>> {
  if (!known) return {};
  const inFile = planted.slice(0, 60).map(({ name, value }) => {
    const quote = value.includes("'") ? '"' : "'";
    return `${name}=${quote}${value}${quote}\n`;
  });
  const { chmod } = await import('node:fs/promises');
  await put(lab, 'secrets/.env.lab', inFile.join(''));
  await chmod(join(lab, 'secrets'), 0o700);
  const byName = planted.slice(60, 80).map(({ name, value }) => [name, value]);
  const bySpec = planted.slice(80, 90).map(({ name, value }) => [`${name}_OF_SPEC`, value]);
  const inUrls = planted
    .slice(90)
    .map(({ name, value }) => [`${name}_URL`, `https://ada:${encodeURIComponent(value)}@example.org/`]);
  return Object.fromEntries([...byName, ...bySpec, ...inUrls]);
}

const ofSpec = planted.slice(80, 90).map(({ name }) => `${name}_OF_SPEC`);

async function history(): Promise<string> {
  const folder = await temporaryFolder();
  await git(folder, 'init', '-q', '-b', 'main');
  for (const [at, { value }] of planted.entries()) {
    if (at % 10 > 0) continue;
    const some = planted.slice(at, at + 10).map((one) => one.value);
    await put(folder, `file-${at}.txt`, `${some.join('\n')}\n`);
    await put(folder, `by-name/${value.replaceAll('/', '_')}.txt`, 'x\n');
    await git(folder, 'add', '-A');
    await git(folder, 'commit', '-qm', `feat: ${value}\n\n${some.join('\n')}\n`);
  }
  return folder;
}

interface Found {
  /** For each sink, how many of the values stand in it. */
  readonly [sink: string]: number;
}

/** Does all that could write a secret down, and says where one got to. */
async function work(known: boolean): Promise<{ found: Found; refused: readonly (number | null)[] }> {
  const lab = await temporaryLab();
  const env = await plant(lab, known);
  const secrets = known ? { secrets: ofSpec } : {};
  const spec = (model: string, more: object = {}) =>
    llmSpec({ config: { model, max_tokens: 9 }, ...secrets, ...more });
  const { server: _, env: right } = await scriptedModel({
    '/api/chat': lines(...pieces(echo).map((content) => ({ message: { content } })), done()),
    '/v1/chat/completions': events(
      ...pieces(echo).map((content) => ({ choices: [{ delta: { content }, finish_reason: null }] })),
      finish(),
      '[DONE]',
    ),
  });
  const { env: wrong } = await scriptedModel({ '/api/chat': status(500, { error: echo }) });
  const { env: late } = await scriptedModel({
    '/api/chat': lines({ message: { content: 'x' } }, { error: echo.slice(3) }),
  });
  const said: Ran[] = [];
  const call = async (args: readonly string[], more: Readonly<Record<string, string>> = right) => {
    const ran = await timelab(args, { cwd: lab, env: { ...env, ...more } });
    said.push(ran);
    return ran.code;
  };

  const own = ['notes.md', 'spec.json', 'openai.json', 'held.json', 'secrets/.env.lab'];
  await put(lab, 'notes.md', echo);
  await put(lab, 'spec.json', spec('ollama:m', { inputs: { files: ['notes.md'] } }));
  await put(lab, 'openai.json', spec('openai:m'));
  await put(lab, 'held.json', spec('ollama:m', { inputs: { prompt: echo } }));
  const named = `${planted[1]?.value}.json`;
  await put(lab, named, spec('ollama:m'));
  await call(['ai', '--spec', 'spec.json', '--show']);
  await call(['ai', '--spec', 'openai.json', '--json']);
  await call(['ai', '--spec', 'spec.json'], wrong);
  await call(['ai', '--spec', 'spec.json', '--json'], late);
  await call(['ai', '--spec', named]);
  const repo = await history();
  const mining = { kind: 'mining', version: '1.0', ...secrets, inputs: { repository: { path: repo } } };
  const words = { analyze: { llm_analysis: { enabled: true, model: 'ollama:m' } } };
  await put(lab, 'mine.json', { ...mining, config: words });
  await put(lab, 'pack.json', { ...mining, output: { format: 'csv' } });
  await call(['mine', '--spec', 'mine.json']);
  await call(['mine', '--spec', 'pack.json', '--json']);
  await call(['show', 'latest', '--show']);
  await call(['ls', '--json']);
  await call(['verify', '--all']);
  const refused = [
    await call(['ai', '--spec', 'held.json']),
    await call(['check', 'held.json']),
    await call(['new', planted[1]?.value ?? '']),
    await call(['mine', '--repo', repo, '--author', planted[0]?.value ?? '']),
    await call(['mine', '--repo', `https://ada:${planted[1]?.value}@127.0.0.1:1/x.git`, '--allow-net']),
  ];

  const paths = (await readdir(lab, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/.git'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(lab.length + 1));
  const sinks: Record<string, Buffer[]> = { names: [], stdout: [], stderr: [] };
  for (const { stdout, stderr } of said) {
    sinks['stdout']?.push(Buffer.from(stdout));
    sinks['stderr']?.push(Buffer.from(stderr));
  }
  for (const path of paths) {
    if (own.includes(path) || path === named) continue;
    sinks['names']?.push(Buffer.from(path));
    sinks[sinkOf(path)] = [...(sinks[sinkOf(path)] ?? []), await readFile(join(lab, path))];
  }
  const found = Object.entries(sinks).map(([sink, all]) => [sink, foundIn(Buffer.concat(all)).length]);
  return { found: Object.fromEntries(found), refused };
}

function sinkOf(path: string): string {
  if (path.endsWith('/run.json')) return 'records';
  if (path.startsWith('ai-recordings/')) return 'recordings';
  if (/\/output\//.test(path)) return path.includes('/ai-team/') ? 'answers' : 'mined';
  if (/\/input\//.test(path)) return 'inputs';
  return 'others';
}

describe('a hundred planted secrets', () => {
  test('get into no file of the lab, no name, and no word', async (context) => {
    needHelpers(context);
    const { found, refused } = await work(true);
    expect(
      Object.values(found).reduce((sum, one) => sum + one, 0),
      `SECRETS_SEED=${seed} ${JSON.stringify(found)}`,
    ).toBe(0);
    expect(Object.keys(found).length).toBeGreaterThan(7);
    expect(refused.slice(0, 4)).toEqual([65, 65, 65, 64]);
  });

  test('that nobody knows of get everywhere: the same test finds them', async (context) => {
    needHelpers(context);
    const { found } = await work(false);
    for (const sink of ['records', 'recordings', 'answers', 'mined', 'inputs', 'stderr', 'names'])
      expect([sink, found[sink]]).toEqual([sink, expect.any(Number)]);
    expect(found).toMatchObject({ answers: 100, mined: 100, stderr: 100, recordings: 100, inputs: 100 });
    expect(found['records']).toBeGreaterThan(0);
    expect(found['names']).toBeGreaterThan(0);
  });
});
