import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A source file: its path from the root of the repository, and its text. */
interface Source {
  readonly path: string;
  readonly text: string;
}

/** A rule of the house: says what is wrong with a file, one sentence each. */
type Border = (source: Source) => string[];

const packageImports: Record<string, readonly string[]> = {
  core: ['node:crypto', 'zod'],
  store: ['@timelab/core'],
  models: ['@timelab/core'],
  cli: ['@timelab/core', '@timelab/store', '@timelab/models'],
};

const main = 'packages/cli/src/main.ts';
const printers = [main, 'packages/cli/src/report.ts', 'packages/cli/src/program.ts'];
const worldMakers = [main, 'packages/cli/src/world.ts'];

const packageOf = (path: string) => path.split('/')[1] ?? '';

const literalOrComment =
  /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** The text without comments; literals are kept whole, so that `//` in an address opens none. */
const withoutComments = (text: string) =>
  text.replace(literalOrComment, (_, quoted = '', template = '') => quoted + template || ' ');

/** The text without comments and quoted words; templates are kept, since they may hold code. */
const codeOnly = (text: string) => text.replace(literalOrComment, (_, __, template) => template ?? "''");

/** Every module that a file names in import, export … from, import() or require(). */
function importsOf({ text }: Source): string[] {
  const named = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"`])([^'"`]+)\1/g;
  return [...withoutComments(text).matchAll(named)].map((match) => match[2] ?? '');
}

const isOwnFile = (specifier: string) => specifier.startsWith('.');

const coreIsPure: Border = (source) => {
  if (packageOf(source.path) !== 'core') return [];
  const allowed = packageImports['core'] ?? [];
  const strangers = importsOf(source).filter((name) => !isOwnFile(name) && !allowed.includes(name));
  return strangers.map((name) => `${source.path} imports ${name}; core imports only ${allowed.join(', ')}`);
};

const packagesMeetAtTheFrontDoor: Border = (source) => {
  const allowed = packageImports[packageOf(source.path)] ?? [];
  const inner = importsOf(source).filter((name) => name.startsWith('@timelab/'));
  const wrong = inner.filter((name) => !allowed.includes(name));
  return wrong.map(
    (name) => `${source.path} imports ${name}; ${packageOf(source.path)} imports only ${allowed.join(', ')}`,
  );
};

const ownFilesAreInTheirPackage: Border = (source) => {
  const home = `packages/${packageOf(source.path)}/`;
  const outside = importsOf(source)
    .filter(isOwnFile)
    .map((name) => join(source.path, '..', name))
    .filter((path) => !path.startsWith(home) && !path.startsWith('schemas/'));
  return outside.map((path) => `${source.path} reaches into ${path}`);
};

const commandsAreStrangers: Border = (source) => {
  const folder = 'packages/cli/src/commands/';
  if (!source.path.startsWith(folder)) return [];
  const targets = importsOf(source)
    .filter(isOwnFile)
    .map((name) => join(source.path, '..', name));
  return targets
    .filter((path) => path.startsWith(folder))
    .map((path) => `${source.path} imports the command ${path}`);
};

/** A border that forbids words everywhere but in the named files. */
function onlyIn(files: readonly string[], words: RegExp, what: string): Border {
  return (source) => {
    const found = files.includes(source.path) ? null : words.exec(codeOnly(source.text));
    return found === null ? [] : [`${source.path} says ${found[0].trim()}; only ${files.join(', ')} ${what}`];
  };
}

const onlyMainExits = onlyIn(
  [main],
  /\bprocess\s*\.\s*(exit|exitCode|abort|reallyExit)\b/,
  'may end the process',
);
const onlyReportPrints = onlyIn(
  printers,
  /\bprocess\s*\.\s*(stdout|stderr)\b|\b(stdout|stderr)\s*\.\s*write\s*\(|\bconsole\s*\./,
  'may print',
);
const onlyWorldLooks = onlyIn(
  worldMakers,
  /\bprocess\s*\.\s*(env|argv|cwd)\b|\bDate\s*\.\s*now\b|\bnew\s+Date\s*(\(\s*\)|(?![\w\s(]))/,
  'may read the clock and the environment',
);

const processIsNotTakenApart: Border = ({ path, text }) =>
  path !== main && /\bimport\s*\{[^}]*\}\s*from\s*['"](node:)?process['"]/.test(withoutComments(text))
    ? [`${path} imports parts of node:process, which hides what it does with them`]
    : [];

const isShort: Border = ({ path, text }) => {
  const lines = text.split('\n').length - 1;
  return lines > 300 ? [`${path} has ${lines} lines; 300 is the most`] : [];
};

const isKebabCase: Border = ({ path }) =>
  /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(basename(path)) ? [] : [`${path} is not named in kebab-case`];

const hasNoDrawer: Border = ({ path }) =>
  path.split('/').some((part) => /^(utils?|helpers?|common|managers?|misc)(\.ts)?$/.test(part))
    ? [`${path} is named after no field's word`]
    : [];

const sourceBorders = {
  coreIsPure,
  packagesMeetAtTheFrontDoor,
  ownFilesAreInTheirPackage,
  commandsAreStrangers,
  onlyMainExits,
  onlyReportPrints,
  onlyWorldLooks,
  processIsNotTakenApart,
};
const everyFile = { isShort, isKebabCase, hasNoDrawer };

function filesIn(folder: string): Source[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/node_modules/'))
    .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
}

const sources = Object.keys(packageImports).flatMap((name) => filesIn(`packages/${name}/src`));
const tests = [
  ...Object.keys(packageImports).flatMap((name) => filesIn(`packages/${name}/test`)),
  ...filesIn('tests'),
];

describe('the borders of the house hold', () => {
  test('there is something to hold them against', () => {
    expect(sources.map(({ path }) => path)).toContain(main);
    expect(new Set(sources.map(({ path }) => packageOf(path)))).toEqual(new Set(Object.keys(packageImports)));
  });

  test.each(Object.entries(sourceBorders))('%s', (_, border) => {
    expect(sources.flatMap(border)).toEqual([]);
  });

  test.each(Object.entries(everyFile))('%s', (_, border) => {
    expect([...sources, ...tests].flatMap(border)).toEqual([]);
  });
});

describe('each border is seen when it is crossed', () => {
  const core = 'packages/core/src/day.ts';
  const command = 'packages/cli/src/commands/day.ts';
  const crossings: [name: string, border: Border, path: string, text: string][] = [
    ['core reads a file', coreIsPure, core, "import { readFileSync } from 'node:fs';"],
    ['core reads a file, later', coreIsPure, core, "const fs = await import('node:fs');"],
    ['core passes a library on', coreIsPure, core, "export { format } from 'date-fns';"],
    ['core is imported for its effect', coreIsPure, core, "import 'pino';"],
    ['core knows the store', packagesMeetAtTheFrontDoor, core, "import { openLab } from '@timelab/store';"],
    [
      'the store knows the models',
      packagesMeetAtTheFrontDoor,
      'packages/store/src/lab.ts',
      "import '@timelab/models';",
    ],
    ['a back door', packagesMeetAtTheFrontDoor, command, "import { day } from '@timelab/core/src/day.ts';"],
    [
      'a hole in the wall',
      ownFilesAreInTheirPackage,
      command,
      "import { day } from '../../../core/src/day.ts';",
    ],
    [
      'a command calls a command',
      commandsAreStrangers,
      command,
      "const { run } = await import('./sync.ts');",
    ],
    ['a command exits', onlyMainExits, command, 'if (failed) process.exit(1);'],
    ['a command sets the exit code', onlyMainExits, command, 'process.exitCode = 1;'],
    ['a command prints', onlyReportPrints, command, "world.stdout.write('done');"],
    ['a command logs', onlyReportPrints, command, "console.log('done');"],
    ['a model prints', onlyReportPrints, 'packages/models/src/x.ts', "process.stderr.write('loading');"],
    ['a command reads the environment', onlyWorldLooks, command, "const home = process.env['HOME'];"],
    ['a command reads the clock', onlyWorldLooks, command, 'const start = Date.now();'],
    ['a command asks what day it is', onlyWorldLooks, command, 'const today = new Date();'],
    ['and without parentheses', onlyWorldLooks, command, 'const today = new Date;'],
    ['a command hides its exit', processIsNotTakenApart, command, "import { exit } from 'node:process';"],
    ['words in a template', onlyWorldLooks, command, `const home = \`\${process.env.HOME}/x\`;`],
    ['a long file', isShort, core, '\n'.repeat(301)],
    ['a name in camelCase', isKebabCase, 'packages/core/src/runId.ts', ''],
    ['a drawer', hasNoDrawer, 'packages/core/src/utils/day.ts', ''],
  ];

  test.each(crossings)('%s', (_, border, path, text) => {
    expect(border({ path, text })).toHaveLength(1);
  });

  test('what only looks like a crossing is none', () => {
    const text = `
      // process.exit(1) is for main.ts; import('node:fs') is not for core
      import { createHash } from 'node:crypto';
      import { parse } from './spec.ts';
      const hint = 'see https://example.org // console.log';
      const instant = new Date(text);
    `;
    const borders = [...Object.values(sourceBorders), ...Object.values(everyFile)];
    expect(borders.flatMap((border) => border({ path: core, text }))).toEqual([]);
  });
});
