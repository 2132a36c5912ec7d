import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentPage, Json } from '../packages/core/src/index.ts';
import { done, lines } from '../packages/models/test/fault-server.ts';
import { errorKinds } from '../scripts/error-kinds.ts';
import { needWeights } from './embedded-model.ts';
import { needHelpers } from './needed-helpers.ts';
import { faultsBySchema } from './published-schema.ts';
import { llmSpec, type Place, put, repository, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { runsOf } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

/** The page, as an agent in an empty folder gets it. */
async function page(): Promise<AgentPage> {
  const { code, stdout } = await timelab(['agent'], { cwd: await temporaryFolder() });
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

const at = (value: unknown, pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .reduce((here, key) => (here as Record<string, unknown>)?.[key], value);

describe('the page for agents', () => {
  test('is one object by its published schema, and no longer than a page', async () => {
    const { stdout } = await timelab(['agent'], { cwd: '/' });
    expect(faultsBySchema('agent', JSON.parse(stdout))).toEqual([]);
    expect(stdout.length).toBeLessThan(64 * 1024);
    const wrapped = JSON.parse((await timelab(['agent', '--json'], { cwd: '/' })).stdout);
    expect(wrapped.data).toEqual(JSON.parse(stdout));
  });

  test('has every command that help has, with its flags, and where the form of its data is', async () => {
    const { run, schema_call } = await page();
    const print = async (file: string) => {
      const [, ...words] = schema_call.map((word) => word.replace('{file}', file));
      return JSON.parse((await timelab(words, { cwd: '/' })).stdout);
    };
    for (const { command, flags, data } of run) {
      const { stdout } = await timelab([...command.split(' '), '--help'], { cwd: '/' });
      const own = stdout.split('Global Options:')[0] ?? '';
      const shown = [...own.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1]);
      expect([command, ...shown.filter((flag) => flag !== '--help')]).toEqual([
        command,
        ...flags.map(({ flag }) => flag),
      ]);
      const [file = '', pointer = ''] = data.split('#');
      expect([command, at(await print(file), pointer)]).toEqual([command, expect.any(Object)]);
    }
    const { stdout } = await timelab(['--help'], { cwd: '/' });
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S.*$/gm)].map((match) => match[1]);
    expect([...new Set(run.map(({ command }) => command.split(' ')[0]))]).toEqual(listed);
  });

  test('names what can go wrong in each command as the sources have it (npm run schemas)', async () => {
    const file = join(repository, 'packages/cli/src/error-kinds.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(await errorKinds());
  });

  test('prints every schema that is published', async () => {
    const { schemas } = await page();
    const files = (await readdir(join(repository, 'schemas'))).filter((file) => file.endsWith('.json'));
    expect(Object.keys(schemas).sort()).toEqual(files.sort());
    const { stdout } = await timelab(['agent', '--schema', 'run.schema.json'], { cwd: '/' });
    expect(stdout).toBe(await readFile(join(repository, 'schemas/run.schema.json'), 'utf8'));
  });
});

/** Does what the loop of a page says, knowing nothing but the page; gives what it read at the end, and what it ran. */
async function follow({ loop }: AgentPage, name: string, spec: object, place: Place) {
  const words: Record<string, string> = { name };
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '');
  const ran: string[] = [];
  let read = '';
  for (const step of loop) {
    if (step.write !== undefined) await writeFile(filled(step.write), JSON.stringify(spec));
    if (step.read !== undefined) read = await readFile(filled(step.read), 'utf8');
    if (step.call === undefined) continue;
    const [, ...args] = step.call.map(filled);
    const { stdout } = await timelab(args, place);
    ran.push(args.join(' '));
    const result = JSON.parse(stdout);
    expect(faultsBySchema('result', result)).toEqual([]);
    if (step.expect !== undefined) expect(at(result, step.expect.from)).toEqual(step.expect.value);
    for (const [word, { from, matching }] of Object.entries(step.take ?? {})) {
      const found = at(result, from);
      const fits = (text: Json) => new RegExp(matching ?? '').test(String(text));
      words[word] = String(Array.isArray(found) ? found.find(fits) : found);
    }
  }
  return { ran, read };
}

test('an agent that has the page alone comes to a real model’s answer in at most four commands', async (context) => {
  await needWeights(context);
  const known = await page();
  const { schema } = known.schemas[known.write[0]?.schema ?? ''] ?? {};
  const spec = llmSpec();
  // What it writes it takes from the schema: every key of it stands there.
  expect(JSON.stringify(schema)).toContain('"prompt"');
  expect(faultsBySchema('spec', spec)).toEqual([]);
  const { ran, read } = await follow(known, 'colours', spec, { cwd: await temporaryLab() });
  expect(ran.length).toBeLessThanOrEqual(4);
  expect(read).toMatch(/\w/);
});

/** What a model says, and nobody else: in its text, as a key of its JSON, in a line that breaks off. */
const marker = 'zebrafinch';

const json = { type: 'object', additionalProperties: { type: 'number' }, propertyNames: { maxLength: 3 } };
const asked = { config: { model: 'ollama:m' } };
const answers = {
  plain: { spec: llmSpec(asked), reply: lines({ message: { content: `a ${marker}` } }, done()) },
  keyed: {
    spec: llmSpec({ config: { ...asked.config, format: 'json' }, validation: { json_schema: json } }),
    reply: lines({ message: { content: `{"${marker}": {"${marker}": "${marker}"}}` } }, done()),
  },
  refused: {
    spec: llmSpec({ ...asked, validation: { must_contain: ['x'], max_length: 2 } }),
    reply: lines({ message: { content: `${marker}` } }, done()),
  },
  broken: { spec: llmSpec(asked), reply: lines(`{"message":{"content":"${marker}`) },
  notAnObject: { spec: llmSpec(asked), reply: lines(`"${marker}"\n`) },
  several: {
    spec: llmSpec({ config: { ...asked.config, repeat: 2 } }),
    reply: lines({ message: { content: marker } }, done()),
  },
};

/** A lab whose every run was answered with the marker; repetitions and commits that were commented on as well. */
async function labOfMarkers(): Promise<{ lab: string; said: string }> {
  const lab = await temporaryLab();
  let said = '';
  const call = async (args: readonly string[], env: Place['env'] = {}) => {
    const ran = await timelab([...args], { cwd: lab, env });
    said += `${ran.stdout}\n${ran.stderr}\n`;
  };
  for (const [name, { spec, reply }] of Object.entries(answers)) {
    await put(lab, `${name}.json`, spec);
    const { env } = await scriptedModel({ '/api/chat': reply });
    await call(['ai', '--spec', `${name}.json`, '--json'], env);
  }
  const { env } = await scriptedModel({ '/api/chat': answers.plain.reply });
  await call(['summ', 'HEAD', '--model', 'ollama:m', '--json'], env);
  await call(['repro', 'latest', '--json'], env);
  return { lab, said };
}

test('no listing has a model’s words, and of the files of a run only those that are named so', async (context) => {
  needHelpers(context);
  const { lab, said } = await labOfMarkers();
  expect(said.split('\n').filter((line) => line.includes(marker))).toEqual([]);
  const runs = await runsOf(lab);
  expect(runs.length).toBe(8);
  const ids = runs.map(({ manifest }) => manifest.run_id);
  const listings = [
    ...['ls', 'ls --csv', 'verify --all', 'sync', 'agent', 'model list'],
    ...ids.map((id) => `show ${id}`),
    ...ids.slice(1).map((id) => `diff ${ids[0]} ${id}`),
    `diff ${ids[0]} ${ids[1]} --markdown`,
  ];
  for (const line of listings)
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await timelab([...line.split(' '), ...json], { cwd: lab });
      expect([line, `${stdout}${stderr}`.includes(marker)]).toEqual([line, false]);
      if (json.length === 0) continue;
      const { command, data } = JSON.parse(stdout);
      if (data !== undefined && command !== 'model')
        expect([line, faultsBySchema('data', { [command]: data })]).toEqual([line, []]);
    }
  expect((await timelab(['show', ids[0] ?? '', '--show'], { cwd: lab })).stdout).toContain(marker);

  const { read } = await page();
  const patterns = read.map(({ path, words }) => ({
    words,
    fits: new RegExp(`^${path.replace(/[.]/g, '\\.').replace('*', '[^/]+')}$`),
  }));
  for (const { folder } of runs) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = relative(folder, join(entry.parentPath, entry.name));
      const known = patterns.filter(({ fits }) => fits.test(path));
      expect([path, known.length]).toEqual([path, 1]);
      const has = (await readFile(join(folder, path), 'utf8')).includes(marker);
      expect([path, has && !known[0]?.words.includes('model')]).toEqual([path, false]);
    }
  }
});
