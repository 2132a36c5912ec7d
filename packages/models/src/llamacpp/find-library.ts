import { createRequire } from 'node:module';
import { Problem } from '@timelab/core';
import { binariesPackage, missingEngine } from './engine-missing.ts';

/** The main file of the library that the engine comes in; throws `engine_missing`. */
export function findLibrary(): string {
  try {
    return createRequire(import.meta.url).resolve('node-llama-cpp');
  } catch (cause) {
    throw missingEngine(cause);
  }
}

/** Why the embedded engine cannot be started here, found without starting it; nothing where it is installed. */
export function whyNoEngine(): Problem | undefined {
  try {
    const library = findLibrary();
    const binaries = binariesPackage();
    if (binaries === undefined) return missingEngine(undefined);
    createRequire(library).resolve(binaries);
    return undefined;
  } catch (cause) {
    return cause instanceof Problem ? cause : missingEngine(cause);
  }
}
