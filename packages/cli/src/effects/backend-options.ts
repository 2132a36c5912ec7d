import { resolve } from 'node:path';
import { Problem } from '@timelab/core';
import type { BackendOptions } from '@timelab/models';
import type { World } from '../world.ts';
import { userFolder } from './folders.ts';
import { secretKeeper } from './masking/secret-keeper.ts';

/** What every backend is told of this machine, from the environment that people set for Ollama, OpenAI and timelab. */
export function backendOptions(world: World, allowNet: boolean, hosts: Set<string>): BackendOptions {
  const { env } = world;
  const { handed, mask } = secretKeeper(world);
  const set = (name: string) => handed.get(name) ?? (env[name] || undefined);
  const optional = {
    ollamaHost: set('OLLAMA_HOST'),
    openaiBaseUrl: set('OPENAI_BASE_URL'),
    openaiApiKey: set('OPENAI_API_KEY'),
    cpu: set('TIMELAB_CPU'),
  };
  const given = Object.entries(optional).filter(
    (entry): entry is [keyof typeof optional, string] => entry[1] !== undefined,
  );
  return {
    dataDir: dataDir(world),
    cwd: world.cwd,
    allowNet,
    hosts,
    mask,
    idleTimeoutMs: idleTimeout(set('TIMELAB_TIMEOUT')),
    ...Object.fromEntries(given),
  };
}

/** Where weights are kept: TIMELAB_MODELS, or timelab's folder below XDG_DATA_HOME. */
export function dataDir(world: World): string {
  const chosen = world.env['TIMELAB_MODELS'] ?? '';
  return chosen === '' ? userFolder(world, 'XDG_DATA_HOME') : resolve(world.cwd, chosen);
}

// Node's timers count milliseconds in 31 bits.
const longestSilence = 2_147_483;

function idleTimeout(text: string | undefined): number {
  const seconds = Number(text ?? 300);
  if (seconds > 0 && seconds <= longestSilence) return seconds * 1000;
  throw new Problem('usage', `TIMELAB_TIMEOUT is ${JSON.stringify(text)}, which is no number of seconds.`, {
    hint: `Give the longest silence to bear, in seconds, at most ${longestSilence}, or unset it.`,
  });
}
