import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { inRepository } from './repository.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

const dist = inRepository('packages/cli/dist');
const { engines } = JSON.parse(readFileSync(inRepository('packages/cli/package.json'), 'utf8'));

/**
 * Has Node's own modules loaded when the code that wants them first runs: as static imports of one file they would all
 * be loaded at every start, http and crypto for `--version` too.
 */
const builtinsWhenNeeded = {
  name: 'builtins-when-needed',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
    onResolve({ filter }, ({ path }) => ({ path: path.replace('node:', ''), namespace: 'builtin' }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
  },
};

/**
 * Bundles the `timelab` command into one file for the oldest Node that is supported. Equal sources give equal bytes,
 * wherever they lie. The embedded engine stays outside: it is native, large, and loaded only when asked for.
 */
const { outputFiles, metafile } = await build({
  entryPoints: [inRepository('packages/cli/src/main.ts')],
  absWorkingDir: inRepository('.'),
  bundle: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: engines.node.replace('>=', 'node'),
  external: ['node-llama-cpp'],
  mainFields: ['module', 'main'],
  conditions: ['import'],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: { js: '#!/usr/bin/env node' },
  plugins: [builtinsWhenNeeded],
  logLevel: 'warning',
}).catch(() => process.exit(70)); // esbuild has said where and why

mkdirSync(dist, { recursive: true });
replace('third-party-licenses.txt', thirdPartyLicenses(Object.keys(metafile.inputs)), 0o644);
replace('timelab.mjs', outputFiles[0].contents, 0o755);

// A command that runs meanwhile sees the old file or the new one.
function replace(name, contents, mode) {
  const draft = join(dist, `${name}.${process.pid}`);
  writeFileSync(draft, contents);
  chmodSync(draft, mode);
  renameSync(draft, join(dist, name));
}
