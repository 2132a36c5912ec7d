import { type KnownSecret, knownSecrets, type Mask, maskOf } from '@timelab/core';
import type { World } from '../world.ts';

/** The secrets that this process knows of, and the one mask of them that all that is written goes through. */
export interface SecretKeeper {
  /** Masks what is known at the time of each call. */
  readonly mask: Mask;
  /** Has more values masked from now on, but those that are part of where the work is done: every path would tell them. */
  learn(secrets: readonly KnownSecret[]): void;
}

const keepers = new WeakMap<object, SecretKeeper>();

/** The keeper of a world: it begins with what the names in the environment say, and learns what the lab and its specs name. */
export function secretKeeper(world: Pick<World, 'env' | 'cwd' | 'home'>): SecretKeeper {
  const known = keepers.get(world.env);
  if (known !== undefined) return known;
  const keeper = openKeeper([world.cwd, world.home]);
  keeper.learn(knownSecrets(world.env));
  keepers.set(world.env, keeper);
  return keeper;
}

function openKeeper(places: readonly string[]): SecretKeeper {
  const secrets = new Map<string, KnownSecret>();
  let current = maskOf([]);
  return {
    mask: {
      get isEmpty() {
        return current.isEmpty;
      },
      text: (text) => current.text(text),
      bytes: (bytes) => current.bytes(bytes),
      find: (data) => current.find(data),
      stream: () => current.stream(),
    },
    learn: (more) => {
      const before = secrets.size;
      for (const secret of more) {
        if (places.some((place) => place.includes(secret.value))) continue;
        if (!secrets.has(secret.value)) secrets.set(secret.value, secret);
      }
      if (secrets.size > before) current = maskOf([...secrets.values()]);
    },
  };
}
