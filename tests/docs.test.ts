import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { commands } from './commands.ts';
import { needWeights } from './embedded-model.ts';
import {
  anchorsOf,
  linksOf,
  readPage,
  readPages,
  rowsOf,
  sectionOf,
  type TypedCommand,
  typedIn,
  unmarkedScripts,
} from './markdown.ts';
import { needHelpers } from './needed-helpers.ts';
import { program, put, repository, temporaryFolder, temporaryLab, timelab } from './rig.ts';

describe('links', () => {
  test.each(pages)('of $path lead somewhere', async (page) => {
    const broken: string[] = [];
    for (const link of linksOf(page)) {
      const [path = '', anchor] = decodeURI(link).split('#');
      const target = path === '' ? page.path : join(dirname(page.path), path);
      const there = existsSync(join(repository, target));
      const led = there && (anchor === undefined || anchorsOf(readPage(target)).has(anchor));
      if (!led) broken.push(link);
    }
    expect(broken).toEqual([]);
  });

  test('and anchors are found out when they lead nowhere', () => {
    const page = { path: 'a.md', text: '# One `two`: three_4\n[a](b.md#c) `[d](e)`\n```\n[f](g)\n```\n' };
    expect([...anchorsOf(page)]).toEqual(['one-two-three_4']);
    expect(linksOf(page)).toEqual(['b.md#c']);
  });
});

const pages = await readPages();
const pagesThatShowCommands = pages.filter((page) => typedIn(page).length > 0).map(({ path }) => path);

/** Types the commands in one shell, one after the other; gives those that ended otherwise than the page says. */
async function type(commands: readonly TypedCommand[], cwd: string): Promise<string[]> {
  const codes = join(await temporaryFolder(), 'codes');
  const script = commands.map(({ line }) => `${line}\necho $? >> "$CODES"`).join('\n');
  const PATH = `${join(repository, 'node_modules/.bin')}:${process.env['PATH']}`;
  const env = { PATH, CODES: codes, HOME: await temporaryFolder() };
  const file = await put(await temporaryFolder(), 'script', `set -o pipefail\n${script}\n`);
  const { stderr } = await program('bash', ['--noprofile', '--norc', file], { cwd, env });
  const ended = (await readFile(codes, 'utf8')).trim().split('\n').map(Number);
  return commands.flatMap(({ line, exitCode }, at) =>
    ended[at] === exitCode ? [] : [`${line}\nended with ${ended[at]}, not ${exitCode}; stderr:\n${stderr}`],
  );
}

/** A lab whose newest commit is small: a model reads all of it. */
async function labWithNote(): Promise<string> {
  const lab = await temporaryLab();
  await put(lab, 'notes.md', 'A first thought.\n');
  await program('git', ['add', '-A'], { cwd: lab });
  await program('git', ['commit', '-qm', 'a note'], { cwd: lab });
  return lab;
}

async function needTools(context: TestContext): Promise<void> {
  const { code } = await program('bash', ['-c', 'command -v jq && command -v sha256sum'], {
    cwd: repository,
  });
  if (code !== 0) context.skip('no jq or no sha256sum, with which the pages read records');
}

describe('what a page shows being typed ends as it says', () => {
  test.for(pagesThatShowCommands)('%s', async (path, context) => {
    const commands = typedIn(readPage(path));
    const all = commands.map(({ line }) => line).join('\n');
    if (/\bjq\b|\bsha256sum\b/.test(all)) await needTools(context);
    if (/\btimelab (ai|model|probe)\b|--model llamacpp:/.test(all)) await needWeights(context);
    if (/\btimelab (mine|summ)\b/.test(all)) needHelpers(context);
    const makesItsLab = all.startsWith('timelab init');
    expect(await type(commands, makesItsLab ? await temporaryFolder() : await labWithNote())).toEqual([]);
  });

  test('and what is shown in another way says why it is not run', () => {
    expect(pages.flatMap(unmarkedScripts)).toEqual([]);
    const page = { path: 'a.md', text: '```sh\nls\n```\n<!-- not run: why -->\n```bash\nls\n```\n' };
    expect(unmarkedScripts(page)).toEqual(['a.md: ls']);
  });

  test('and one that does not is found out', async () => {
    const text = '```console\n$ cd ..\n$ false   # exit 1\n$ cat <<END |\n> a\n> END\n> grep b\n```\n';
    const hidden = '<!-- not run: it fails -->\n```console\n$ false\n```\n';
    const commands = typedIn({ path: 'a.md', text: text + hidden });
    expect(commands.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0]);
    expect(await type(commands, repository)).toEqual([expect.stringContaining('ended with 1, not 0')]);
  });
});

describe('pages are in step with the code', () => {
  const words = (text: string, pattern: RegExp) =>
    new Set([...text.matchAll(pattern)].map((match) => match[1]));

  /** The help of a command and of its own commands, without the flags that every command has. */
  async function ownHelp(command: string): Promise<string> {
    const calls = command === 'model' ? ['', 'list', 'show', 'pull'] : [''];
    const helps = calls.map(async (own) => {
      const call = [command, own, '--help'].filter((word) => word !== '');
      const { stdout } = await timelab(call, { cwd: repository });
      return stdout.split('Global Options:')[0];
    });
    return (await Promise.all(helps)).join('\n');
  }

  test.each(commands)(
    'docs/2-use has a page for `timelab %s`, with its flags and no others',
    async (command) => {
      const page = readPage(`docs/2-use/${command}.md`);
      const flags = words(await ownHelp(command), /^ +(?:-\w, )?(--[a-z-]+)/gm);
      flags.delete('--help');
      expect([...flags].filter((flag) => !page.text.includes(`${flag}`))).toEqual([]);
      const synopsis = words(page.text.split('\n').slice(0, 6).join('\n'), /(--[a-z-]+)/g);
      expect(synopsis).toEqual(flags);
    },
  );

  test('ENVIRONMENT names every variable that the sources read, and no other', async () => {
    const sources = readdirSync(join(repository, 'packages'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /^[a-z]+\/src\/.*\.ts$/.test(path))
      .map((path) => readFileSync(join(repository, 'packages', path), 'utf8'));
    const source = sources.join('\n');
    const picked = [...words(source, /\bpick\([\w.]+, ('[^)]+')\)/g)].join(', ');
    const tools = words(source, /^ {2}(\w+): '[./]*\/tools\//gm);
    const read = new Set([
      ...words(source, /(?:\benv\[|\bset\()'([A-Z0-9_]+)'/g),
      ...words(picked, /'([A-Z0-9_]+)'/g),
      ...[...tools].map((name) => `TIMELAB_${name?.toUpperCase()}`),
      ...words(source, /^ {2}(XDG_\w+_HOME): '/gm),
    ]);
    const named = rowsOf(readPage('docs/reference/ENVIRONMENT.md'));
    expect([...named.keys()].sort()).toEqual([...read].sort());
  });

  test.each([
    ['llm', 'Kind `llm`'],
    ['mining', 'Kinds `mining` and `extraction`'],
    ['analysis', 'Kind `analysis`'],
  ])('SPEC has a row for every field of a spec of kind %s, with its default', async (kind, heading) => {
    const page = readPage('docs/reference/SPEC.md');
    // What several kinds have stands with the first of them.
    const sections = ['Kind `llm`', 'Kinds `mining` and `extraction`', heading];
    const rows = new Map(sections.flatMap((one) => [...rowsOf(sectionOf(page, one))]));
    const fields = fieldsOf(await schemaOfKind(kind));
    expect(fields.size).toBeGreaterThan(10);
    for (const [name, { default: value }] of fields) {
      expect([...rows.keys()]).toContain(name);
      if (value !== undefined)
        expect([name, rows.get(name)?.[1]]).toEqual([name, `\`${JSON.stringify(value)}\``]);
    }
  });

  test('SCHEMA_run has a row for every field of a record', async () => {
    const rows = rowsOf(readPage('docs/reference/SCHEMA_run.md'));
    const fields = fieldsOf(await readSchema('run.schema.json'));
    expect(fields.size).toBeGreaterThan(60);
    expect([...fields.keys()].filter((name) => !rows.has(name))).toEqual([]);
  });
});

interface Schema {
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

async function readSchema(file: string): Promise<Schema> {
  return JSON.parse(await readFile(join(repository, 'schemas', file), 'utf8'));
}

/** The part of the schema of all specs that is about one kind. */
async function schemaOfKind(kind: string): Promise<Schema> {
  const { oneOf = [] } = await readSchema('spec.schema.json');
  const ofKind = ({ const: one, enum: many }: Schema = {}) => one === kind || many?.includes(kind) === true;
  const [found] = oneOf.filter(({ properties }) => ofKind(properties?.['kind']));
  if (found === undefined) throw new Error(`spec.schema.json has no kind ${kind}`);
  return found;
}

/** Every property of a published schema, by its path: `config.seed`, `inputs[].path`. */
function fieldsOf(published: Schema): Map<string, Schema> {
  const walk = (schema: Schema, path: string): [string, Schema][] => [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, own]): [string, Schema][] => {
      const name = path === '' ? key : `${path}.${key}`;
      return [[name, own], ...walk(own, name)];
    }),
    ...(schema.items === undefined ? [] : walk(schema.items, `${path}[]`)),
  ];
  return new Map(walk(published, ''));
}
