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

/**
 * Has Node's own modules loaded when the code that wants them first runs: as static imports they would all be loaded
 * with the part that names them, http and crypto for `--version` too.
 */
const builtinsWhenNeeded = {
  name: 'builtins-when-needed',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
    onResolve({ filter }, ({ path, kind }) => {
      const name = path.replace('node:', '');
      // What is asked for only where it is needed can stay as it is.
      if (kind === 'dynamic-import') return { path: `node:${name}`, external: true };
      const named = kind === 'require-call' && name === 'child_process';
      return { path: name, namespace: named ? 'named' : 'builtin' };
    });
    // commander names it at its start, and uses it for subcommands that are files of their own, of which there are none.
    onLoad({ filter: /^child_process$/, namespace: 'named' }, ({ path }) => ({
      contents: `module.exports = { get spawn() { return process.getBuiltinModule('node:${path}').spawn; } };`,
    }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
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
