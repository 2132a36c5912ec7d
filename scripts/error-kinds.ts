import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { problemKindNames } from '../packages/core/src/problem/problem.ts';

const packages = fileURLToPath(new URL('../packages', import.meta.url));
const folder = join(packages, 'cli/src/commands');

/**
 * What can go wrong in each command, by what is left in a bundle of its file alone: a kind counts where its word stands in
 * code that the command can reach. That may be more than ever happens, and is never less. Every command can also end
 * with the three that are left out: a wrong call, an interruption, a bug.
 */
export async function errorKinds(): Promise<Record<string, string>> {
  const kinds: Record<string, string> = {};
  for (const file of readdirSync(folder).sort())
    kinds[basename(file, '.ts')] = (await kindsIn(file)).join(' ');
  return kinds;
}

const ofAll = ['usage', 'interrupted', 'internal'];

async function kindsIn(file: string): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, file)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    alias: Object.fromEntries(
      ['core', 'models', 'store'].map((name) => [`@timelab/${name}`, join(packages, name, 'src/index.ts')]),
    ),
    plugins: [withoutJson],
    logLevel: 'error',
  });
  const text = outputFiles[0]?.text ?? '';
  return problemKindNames.filter((kind) => !ofAll.includes(kind) && text.includes(wordOf(kind)));
}

/** A schema lists every kind, whoever reads it. */
const withoutJson: Plugin = {
  name: 'without-json',
  setup: ({ onLoad }) => onLoad({ filter: /\.json$/ }, () => ({ contents: '{}', loader: 'json' })),
};

// This one is a verdict's word, too, which `ls` and others know.
const wordOf = (kind: string) => (kind === 'cannot_tell' ? `Problem("${kind}"` : `"${kind}"`);
