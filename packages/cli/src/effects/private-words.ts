import type { Refusal } from '@timelab/store';
import type { World } from '../world.ts';

// What programs are told their keys by; shorter values stand in any text by chance.
const secretName = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD)$/i;
const SHORTEST_SECRET = 8;

/**
 * Looks for what must not be shared with everybody who gets the lab: by their values, the secrets of this environment, and
 * the path of the home folder, which tells a person's name. Says what it found, and never what it is.
 */
export function refusePrivateWords({ env, home }: Pick<World, 'env' | 'home'>): Refusal {
  const secrets = Object.entries(env).flatMap(([name, value = '']) =>
    secretName.test(name) && value.length >= SHORTEST_SECRET ? [{ name, value: bare(value) }] : [],
  );
  // The root is the home of no person, but a container's or a daemon's.
  const isPersonal = home !== '' && home !== '/';
  const homePath = isPersonal ? new RegExp(`${literally(bare(home))}(?![\\w.-])`) : undefined;
  return (...texts) => {
    const all = texts.map(bare);
    const secret = secrets.find(({ value }) => all.some((text) => text.includes(value)));
    if (secret !== undefined) return `it holds the value of ${secret.name}`;
    if (homePath !== undefined && all.some((text) => homePath.test(text)))
      return 'it holds the path of your home folder';
    return undefined;
  };
}

/** A text without the marks that JSON puts before some characters, once for each JSON that it stands in. */
const bare = (text: string) => text.replaceAll('\\', '');
const literally = (text: string) => text.replace(/[.*+?^${}()|[\]]/g, '\\$&');
