import { Problem } from '@timelab/core';

/** The packages with the engine's prebuilt code, by what Node calls the system and the processor. */
const prebuilt: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-armv7l',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

/** The version of node-llama-cpp that timelab is tested with; its binaries must be of the same one. */
export const ENGINE_VERSION = '3.22.1';

/** The package with the engine's code for this platform, where there is one. */
export function binariesPackage(): string | undefined {
  const binaries = prebuilt[`${process.platform}-${process.arch}`];
  return binaries === undefined ? undefined : `@node-llama-cpp/${binaries}`;
}

/** Says that the embedded engine, or its code for this platform, is not installed, and what to add. */
export function missingEngine(cause: unknown): Problem {
  const platform = `${process.platform}-${process.arch}`;
  const binaries = binariesPackage();
  if (binaries === undefined) {
    return new Problem('engine_missing', `There is no prebuilt embedded engine for ${platform}.`, {
      hint: 'Use a model on a server: ollama:NAME or openai:NAME.',
      cause,
    });
  }
  return new Problem('engine_missing', `The embedded engine for ${platform} is not installed.`, {
    hint: `Add it beside timelab: \`npm install node-llama-cpp@${ENGINE_VERSION} ${binaries}@${ENGINE_VERSION}\` (with -g if timelab was installed so), or use ollama:NAME.`,
    cause,
  });
}
