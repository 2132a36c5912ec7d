import type { LookupAddress } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** What `localhost` and every name below it stand for (RFC 6761, section 6.3). */
const localhost: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * The addresses that this machine alone gives a name: those of `localhost`, and those of its own list of hosts (hosts(5)); none for any
 * other name. No resolver is asked, since its question would leave the machine before the answer could be refused.
 */
export async function addressesHere(name: string): Promise<readonly LookupAddress[]> {
  if (name === 'localhost' || name.endsWith('.localhost')) return localhost;
  const list = await readFile('/etc/hosts', 'utf8').catch(() => '');
  return list.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    const family = isIP(address);
    return family !== 0 && names.includes(name) ? [{ address, family }] : [];
  });
}
