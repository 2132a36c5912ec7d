import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { inRepository } from './repository.mjs';

const target = inRepository('packages/cli/dist/timelab.mjs');
const { engines } = JSON.parse(readFileSync(inRepository('packages/cli/package.json'), 'utf8'));

// Dependencies written for require() find it here, since an ES module has none.
const banner = `#!/usr/bin/env node
import { createRequire as makeRequire } from 'node:module';
const require = makeRequire(import.meta.url);`;

/**
 * Bundles the `timelab` command into one file for the oldest Node that is supported. Equal sources give equal bytes,
 * wherever they lie. The embedded engine stays outside: it is native, large, and loaded only when asked for.
 */
const { outputFiles } = await build({
  entryPoints: [inRepository('packages/cli/src/main.ts')],
  absWorkingDir: inRepository('.'),
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: engines.node.replace('>=', 'node'),
  external: ['node-llama-cpp'],
  mainFields: ['module', 'main'],
  conditions: ['import'],
  minifySyntax: true,
  minifyWhitespace: true,
  charset: 'utf8',
  legalComments: 'none',
  banner: { js: banner },
  logLevel: 'warning',
});

mkdirSync(dirname(target), { recursive: true });
const draft = `${target}.${process.pid}`;
writeFileSync(draft, outputFiles[0].contents);
chmodSync(draft, 0o755);
renameSync(draft, target);
