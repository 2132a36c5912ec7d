import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Problem } from '@timelab/core';
import { chooseVariant, loadedVariant, variantFileName, variantsIn } from './cpu-variant.ts';
import { missingEngine } from './engine-missing.ts';

/** The few functions of the engine's native addon that pinning needs. */
interface Addon {
  setLogger(log: (level: number, message: string) => void): void;
  setLoggerLogLevel(level: number): void;
  loadBackends(folder: string): void;
}

/**
 * Makes the engine run one variant of its code, before it is started: it registers whatever lies in a folder it is pointed to, and once a
 * processor backend is registered it looks for no other. So it is pointed to a folder with one link in it.
 * `entry` is node-llama-cpp's main file. Does nothing off Linux, where the variants cannot be told apart.
 */
export async function pinVariant(entry: string, asked: string | undefined): Promise<void> {
  if (process.platform !== 'linux') {
    chooseVariant(asked, []);
    return;
  }
  const require = createRequire(entry);
  const binaries = await binariesFolder(require);
  const variant = chooseVariant(asked, variantsIn(binaries));
  if (variant === undefined) return;
  loadOnly(join(binaries, variantFileName(variant)), require(join(binaries, 'llama-addon.node')));
  if (loadedVariant() === variant) return;
  throw new Problem(
    'option_unsupported',
    `This machine's processor cannot run the engine's ${variant} code.`,
    {
      hint: 'Leave config.cpu and TIMELAB_CPU out, or choose a variant for an older processor.',
    },
  );
}

async function binariesFolder(require: NodeJS.Require): Promise<string> {
  const folder = `linux-${process.arch === 'arm' ? 'armv7l' : process.arch}`;
  const binaries = await importBinaries(require, `@node-llama-cpp/${folder}`);
  return join(binaries.getBinsDir().binsDir, folder);
}

async function importBinaries(
  require: NodeJS.Require,
  name: string,
): Promise<{ getBinsDir(): { binsDir: string } }> {
  try {
    return await import(pathToFileURL(require.resolve(name)).href);
  } catch (cause) {
    throw missingEngine(cause);
  }
}

function scratchFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'timelab-engine-'));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new Problem('engine_failed', `The folder for temporary files cannot be written (${reason}).`, {
      hint: 'Set TMPDIR to a folder that can be written, or unset it.',
      cause,
    });
  }
}

function loadOnly(file: string, addon: Addon): void {
  const folder = scratchFolder();
  try {
    symlinkSync(file, join(folder, variantFileName(/cpu-(.*)\.so$/.exec(file)?.[1] ?? '')));
    // Until a logger is set, the engine writes to stderr by itself.
    addon.setLogger(() => {});
    addon.setLoggerLogLevel(0);
    addon.loadBackends(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
