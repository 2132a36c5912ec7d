import { secretIn } from '@timelab/core';
import type { Refusal } from '@timelab/store';
import type { World } from '../../world.ts';
import { secretKeeper } from './secret-keeper.ts';

/**
 * Looks for what must not be shared with everybody who gets the lab: secrets, by their values and by their forms, and the path
 * of the home folder, which tells a person's name. Says what it found, and never what it is.
 */
export function refusePrivateWords(world: Pick<World, 'env' | 'cwd' | 'home'>): Refusal {
  const { mask } = secretKeeper(world);
  const { home } = world;
  // The root is the home of no person, but a container's or a daemon's.
  const isPersonal = home !== '' && home !== '/';
  const homePath = isPersonal ? new RegExp(`${literally(bare(home))}(?![\\w.-])`) : undefined;
  return (...texts) => {
    for (const text of texts) {
      const secret = secretIn(text, mask) ?? secretIn(bare(text), mask);
      if (secret !== undefined) return `it holds ${secret}`;
      if (homePath?.test(bare(text))) return 'it holds the path of your home folder';
    }
    return undefined;
  };
}

/** A text without the marks that JSON puts before some characters, once for each JSON that it stands in. */
const bare = (text: string) => text.replaceAll('\\', '');
const literally = (text: string) => text.replace(/[.*+?^${}()|[\]]/g, '\\$&');
