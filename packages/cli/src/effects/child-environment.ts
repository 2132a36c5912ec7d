import type { World } from '../world.ts';
import { secretKeeper } from './masking/secret-keeper.ts';
import { type Child, namesTold } from './told-names.ts';

/** What a child of some kind is told of the environment that timelab was started in. */
export function childEnvironment({ env }: Pick<World, 'env'>, child: Child): Record<string, string> {
  const known = namesTold(child).map((name) => [name, env[name]] as const);
  return Object.fromEntries(
    known.filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );
}

/** Names that git and the loader of programs obey: a spec could steer them by these. */
const obeyed = /^(?:GIT|SSH|LD|DYLD)_/i;

/** What a git that fetches is told: as above, and the secrets that the spec names, for credential helpers. */
export function fetchEnvironment(world: World): Record<string, string> {
  const named = [...secretKeeper(world).handed].filter(([name]) => !obeyed.test(name));
  return { ...Object.fromEntries(named), ...childEnvironment(world, 'fetch') };
}
