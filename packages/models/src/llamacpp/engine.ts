import { pathToFileURL } from 'node:url';
import { Problem } from '@timelab/core';
import type { Llama } from 'node-llama-cpp';
import { loadedVariant } from './cpu-variant.ts';
import { missingEngine } from './engine-missing.ts';
import { findLibrary } from './find-library.ts';
import { pinVariant } from './pin-variant.ts';

/** The embedded engine, started. */
export interface Engine {
  readonly library: typeof import('node-llama-cpp');
  readonly llama: Llama;
  /** The release of llama.cpp inside. */
  readonly release: string;
  /** The variant of its code that runs; where there is but one, the platform that it was built for. */
  readonly cpu: string;
}

/** The engine keeps its variant in tables of the whole process, so that there can be only one. */
let started: { cpu: string | undefined; engine: Promise<Engine> } | undefined;

/**
 * Starts the engine, once in a process, on prebuilt code only: nothing is compiled, downloaded or printed.
 * Throws `engine_missing` where it is not installed and `option_unsupported` for a variant that cannot be had.
 */
export async function startEngine(cpu: string | undefined): Promise<Engine> {
  if (started !== undefined && started.cpu !== cpu) {
    throw new Problem(
      'option_unsupported',
      'The embedded engine already runs another variant in this process.',
    );
  }
  started ??= { cpu, engine: start(cpu) };
  try {
    return await started.engine;
  } catch (error) {
    started = undefined;
    throw error;
  }
}

async function start(cpu: string | undefined): Promise<Engine> {
  const entry = findLibrary();
  await pinVariant(entry, cpu);
  const library: Engine['library'] = await import(pathToFileURL(entry).href);
  const llama = await startLlama(library);
  // Where the system does not tell the variants apart, its one build is not that of another system.
  const variant = loadedVariant() ?? `${process.platform}-${process.arch}`;
  return { library, llama, release: llama.llamaCppRelease.release, cpu: variant };
}

async function startLlama(library: Engine['library']): Promise<Llama> {
  const llama = await library
    .getLlama({
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      // Apple's prebuilt code is one for both; no layer is given to the GPU.
      gpu: process.platform === 'darwin' && process.arch === 'arm64' ? 'metal' : false,
      maxThreads: 1,
      numa: false,
      debug: false,
      logLevel: library.LlamaLogLevel.disabled,
      logger: () => {},
    })
    .catch((cause: unknown) => {
      throw missingEngine(cause);
    });
  if (llama.buildType === 'prebuilt') return llama;
  throw new Problem(
    'engine_failed',
    'The embedded engine was compiled on this machine, so its answers are its own.',
    {
      hint: 'Install node-llama-cpp anew, without building it: timelab runs only the published binaries.',
    },
  );
}
