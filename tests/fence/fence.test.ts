import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fence, openFence } from '../../packages/cli/src/effects/fence/fence.ts';
import { findProgram } from '../../packages/cli/src/effects/find-program.ts';
import type { World } from '../../packages/cli/src/world.ts';
import { type Host, openHost } from './host.ts';

const isRoot = process.getuid?.() === 0;
const unable =
  process.platform !== 'linux' || findProgram(process.env, 'bwrap') === undefined
    ? 'bubblewrap is not on the PATH'
    : undefined;

/** What only root can do, fence or none. */
const rootsOwn = ['raw socket', 'packet socket', 'network of a process', 'device', 'change of root'];
/** What is kept from the network alone. */
const network = ['tcp4', 'tcp6', 'udp4', 'udp6', 'raw socket', 'abstract socket'];

const users = [
  { name: 'root', uid: 0 },
  { name: 'nobody', uid: 65_534 },
].filter(({ uid }) => isRoot || uid === process.getuid?.());

describe
  .skipIf(unable !== undefined)
  .each(users.length > 0 ? users : [{ name: 'this user', uid: process.getuid?.() ?? 0 }])(
  `a helper program of $name${unable === undefined ? '' : ` (skipped: ${unable})`}`,
  ({ uid }) => {
    let host: Host;
    beforeAll(async () => {
      host = await openHost(uid);
    });
    afterAll(async () => await host.end());

    const expected = (name: string) => uid === 0 || !rootsOwn.includes(name);

    test('gets everywhere where there is no fence', async () => {
      const found = await escapes(await fenceOf('none'), host, uid);
      const held = Object.keys(found).filter((name) => found[name] !== 'came through' && expected(name));
      expect(held).toEqual([]);
      expect(Object.keys(found).length).toBeGreaterThanOrEqual(20);
    });

    test('gets nowhere behind bubblewrap', async () => {
      const found = await escapes(await fenceOf('bubblewrap'), host, uid);
      expect(Object.keys(found).filter((name) => found[name] === 'came through')).toEqual([]);
    });

    test('reaches no network behind a namespace', async () => {
      const found = await escapes(await fenceOf('namespace', uid), host, uid);
      const through = network.filter((name) => found[name] === 'came through');
      // A raw socket of its own loopback reaches nobody.
      expect(through.filter((name) => name !== 'raw socket')).toEqual([]);
    });

    async function fenceOf(kind: string, user = 0): Promise<Fence> {
      const fence = await openFence({
        env: { ...process.env, TIMELAB_ISOLATION: kind },
        cwd: '/',
      } as unknown as World);
      if (kind !== 'namespace' || user === 0) return fence;
      // The fence is built for who runs timelab, which is root here.
      const around: Fence['around'] = (call) => {
        const [program, words] = fence.around(call);
        return [program, words.toSpliced(1, 0, '--map-current-user')];
      };
      return { ...fence, around };
    }
  },
);

async function escapes(fence: Fence, host: Host, uid: number): Promise<Record<string, string>> {
  const [program, args] = fence.around({
    program: host.program,
    args: [JSON.stringify(host.facts)],
    reads: [host.shown],
    writes: [host.writable],
  });
  const child = spawn(program, [...args], { uid, gid: uid, stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  return JSON.parse(await text(child.stdout));
}
