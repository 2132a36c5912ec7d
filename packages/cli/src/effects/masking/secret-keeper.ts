import { type KnownSecret, knownSecrets, type Mask, maskOf } from '@timelab/core';
import type { World } from '../../world.ts';

/** The secrets that this process knows of, and the one mask of them that all that is written goes through. */
export interface SecretKeeper {
  /** Masks what is known at the time of each call. */
  readonly mask: Mask;
  /** Has more values masked from now on, but those that are part of where the work is done: every path would tell them. */
  learn(secrets: readonly KnownSecret[]): void;
  /** Has values masked no more that are public: the ids of commits. */
  publish(ids: readonly string[]): void;
  /** Gives the value of a secret that the spec at work names to who asks for it. */
  hand(name: string, value: string): void;
  /** The secrets that were given, by their names. */
  readonly handed: ReadonlyMap<string, string>;
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
  const handed = new Map<string, string>();
  // Made when it is first asked for: a lab's secrets are learnt one by one.
  let made: Mask | undefined;
  const current = () => {
    made ??= maskOf([...secrets.values()]);
    return made;
  };
  return {
    mask: {
      get isEmpty() {
        return current().isEmpty;
      },
      text: (text) => current().text(text),
      bytes: (bytes) => current().bytes(bytes),
      find: (data) => current().find(data),
      stream: () => current().stream(),
    },
    learn: (more) => {
      const before = secrets.size;
      for (const secret of more) {
        if (places.some((place) => place.includes(secret.value))) continue;
        if (!secrets.has(secret.value)) secrets.set(secret.value, secret);
      }
      if (secrets.size > before) made = undefined;
    },
    publish: (ids) => {
      const hex = [...secrets.keys()].filter((value) => /^[0-9a-f]{40,64}$/.test(value));
      const known = hex.length === 0 ? undefined : new Set(ids);
      const open = hex.filter((value) => known?.has(value));
      for (const value of open) secrets.delete(value);
      if (open.length > 0) made = undefined;
    },
    hand: (name, value) => handed.set(name, value),
    handed,
  };
}
