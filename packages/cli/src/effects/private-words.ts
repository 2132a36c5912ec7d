import { knownSecrets, secretIn } from '@timelab/core';
import type { Refusal } from '@timelab/store';
import type { World } from '../world.ts';

/**
 * Looks for what must not be shared with everybody who gets the lab: secrets, by their values and by their forms, and the path
 * of the home folder, which tells a person's name. Says what it found, and never what it is.
 */
export function refusePrivateWords({ env, home }: Pick<World, 'env' | 'home'>): Refusal {
  const known = knownSecrets(env).map(({ name, value }) => ({ name, value: bare(value) }));
  // The root is the home of no person, but a container's or a daemon's.
  const isPersonal = home !== '' && home !== '/';
  const homePath = isPersonal ? new RegExp(`${literally(bare(home))}(?![\\w.-])`) : undefined;
  return (...texts) => {
    for (const text of texts.map(bare)) {
      const secret = secretIn(text, known);
      if (secret !== undefined) return `it holds ${secret}`;
      if (homePath?.test(text)) return 'it holds the path of your home folder';
    }
    return undefined;
  };
}

/** A text without the marks that JSON puts before some characters, once for each JSON that it stands in. */
const bare = (text: string) => text.replaceAll('\\', '');
const literally = (text: string) => text.replace(/[.*+?^${}()|[\]]/g, '\\$&');
