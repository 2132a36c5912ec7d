import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { inRepository } from './repository.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

const dist = inRepository('packages/cli/dist');
const { engines } = JSON.parse(readFileSync(inRepository('packages/cli/package.json'), 'utf8'));

/** Node has these loaded, or all but, before it comes to a line of ours: they can be imported as they are. */
const loadedAnyway = 'buffer events fs fs/promises os path timers/promises url util'.split(' ');

/** Not used by who names it at the start: commander has it for subcommands in files of their own, `sync` for slow disks. Another name fails here. */
const usedLater = { child_process: ['execFile', 'spawn'] };

/**
 * Has Node's other modules loaded when the code that wants them first runs: as static imports they would all be loaded
 * with the part that names them, http and crypto for `--version` too.
 */
const builtinsWhenNeeded = {
  name: 'builtins-when-needed',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
    onResolve({ filter }, ({ path, kind }) => {
      const name = path.replace('node:', '');
      const isStatic = kind === 'import-statement' && loadedAnyway.includes(name);
      // What is asked for only where it is needed can stay as it is.
      if (isStatic || kind === 'dynamic-import') return { path: `node:${name}`, external: true };
      return { path: name, namespace: 'builtin' };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const loaded = `process.getBuiltinModule('node:${path}')`;
      const calls = usedLater[path]?.map(
        (name) => `export const ${name} = (...all) => ${loaded}.${name}(...all);`,
      );
      return { contents: calls?.join('\n') ?? `module.exports = ${loaded};` };
    });
  },
};

/**
 * Bundles the `timelab` command for the oldest Node that is supported: one file that starts, and beside it the parts
 * that a command loads when it is called, as to read all of them takes a third of the time of `--version`. Equal sources
 * give equal bytes, wherever they lie. The embedded engine stays outside: it is native, large, and loaded only when
 * asked for.
 */
const { outputFiles, metafile } = await build({
  entryPoints: { timelab: inRepository('packages/cli/src/main.ts') },
  absWorkingDir: inRepository('.'),
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: engines.node.replace('>=', 'node'),
  external: ['node-llama-cpp'],
  // The ollama client asks whether its headers are an instance of this, which they never are: to name it loads undici.
  define: { Headers: 'Map' },
  mainFields: ['module', 'main'],
  conditions: ['import'],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  plugins: [builtinsWhenNeeded],
  logLevel: 'warning',
}).catch(() => process.exit(70)); // esbuild has said where and why

const parts = join(dist, 'parts');
mkdirSync(parts, { recursive: true });
replace('third-party-licenses.txt', thirdPartyLicenses(Object.keys(metafile.inputs)), 0o644);
// The file that starts is written last, when all that it names is there.
const name = ({ path }) => relative(dist, path);
const depth = (file) => name(file).split('/').length;
for (const file of outputFiles.toSorted((one, other) => depth(other) - depth(one)))
  replace(name(file), file.contents, dirname(file.path) === dist ? 0o755 : 0o644);
removeOldParts(new Set(outputFiles.map(({ path }) => path)));

// A command that runs meanwhile sees the old file or the new one.
function replace(name, contents, mode) {
  const draft = join(dist, `${name}.${process.pid}`);
  writeFileSync(draft, contents);
  chmodSync(draft, mode);
  renameSync(draft, join(dist, name));
}

/** Removes what no build of the last day has written: a command that is still at work may load a part later. */
function removeOldParts(current) {
  const yesterday = Date.now() - 24 * 60 * 60 * 1000;
  const others = readdirSync(parts).map((part) => join(parts, part));
  for (const path of others.filter((part) => !current.has(part)))
    if (statSync(path).mtimeMs < yesterday) rmSync(path);
}
