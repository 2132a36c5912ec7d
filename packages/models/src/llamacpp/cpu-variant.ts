import { readdirSync, readFileSync } from 'node:fs';
import { Problem } from '@timelab/core';

/**
 * The variant that is run wherever the processor can: variants round differently, so that at temperature 0 two machines whose
 * engines choose by themselves give different words. Every x86-64 processor with AVX2 runs this one at nearly full speed.
 */
const USUAL_VARIANT = 'haswell';

/** What the usual variant is compiled to use, as Linux names it in /proc/cpuinfo. */
const usualFeatures = ['avx2', 'fma', 'bmi2', 'f16c'];

const variantFile = /libggml-cpu-([a-z0-9._]+)\.so$/;

/** The file that holds a variant of the engine's code. */
export function variantFileName(variant: string): string {
  return `libggml-cpu-${variant}.so`;
}

/** The variants that a folder of the engine's binaries holds, in order. */
export function variantsIn(binaries: string): string[] {
  return readdirSync(binaries)
    .flatMap((file) => variantFile.exec(file)?.[1] ?? [])
    .sort();
}

/** The variant to pin: the one asked for, else the usual one where it runs, else none, which leaves the choice to the engine. */
export function chooseVariant(asked: string | undefined, there: readonly string[]): string | undefined {
  if (asked !== undefined) {
    if (there.includes(asked)) return asked;
    throw new Problem('option_unsupported', `"${asked}" is not a CPU variant of the embedded engine.`, {
      hint:
        there.length > 0
          ? `There are: ${there.join(', ')}. It was asked for by config.cpu of the spec, or by TIMELAB_CPU.`
          : 'This platform has a single one: leave config.cpu and TIMELAB_CPU out.',
    });
  }
  return there.includes(USUAL_VARIANT) && processorRuns(usualFeatures) ? USUAL_VARIANT : undefined;
}

/** Whether this machine's processor has all of these features. */
function processorRuns(features: readonly string[]): boolean {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '));
  return features.every((feature) => flags.has(feature));
}

/** The variant that this process has in memory, read from the kernel's own list of what is mapped; nothing where there is no such list. */
export function loadedVariant(): string | undefined {
  try {
    const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
    return maps.flatMap((line) => variantFile.exec(line)?.[1] ?? [])[0];
  } catch {
    return undefined;
  }
}
