import { lookup } from 'node:dns/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { gatedFetch } from '../src/network/gated-fetch.ts';
import { isLoopback } from '../src/network/loopback.ts';
import { type FaultServer, startFaultServer } from './fault-server.ts';
import { never } from './sample-request.ts';

let server: FaultServer | undefined;
afterEach(() => server?.stop());

function policy(changed: Partial<Parameters<typeof gatedFetch>[0]> = {}) {
  return {
    allowNet: false,
    hosts: new Set<string>(),
    idleTimeoutMs: 1000,
    maxResponseBytes: 1000,
    ...changed,
  };
}

/** A name from the machine's own list of hosts, so that nobody else is asked, with an address that is not loopback. */
async function nameOfElsewhere(): Promise<string | undefined> {
  for (const name of [hostname(), 'ip6-allnodes', 'ip6-mcastprefix', 'ip6-localnet']) {
    const found = await lookup(name, { all: true }).catch(() => []);
    if (found.some(({ address }) => !isLoopback(address))) return name;
  }
  return undefined;
}

describe('the gate to the network', () => {
  it('lets requests through to this machine, and records where they went', async () => {
    server = await startFaultServer({ '/x': { well: true } });
    const port = new URL(server.url).port;
    const rules = policy();
    const response = await gatedFetch(rules, never)(`http://localhost:${port}/x`);
    expect(await response.json()).toEqual({ well: true });
    expect([...rules.hosts]).toEqual([`localhost:${port}`]);
  });

  it('refuses other addresses before a connection is made', async () => {
    const rules = policy();
    const fetchThrough = gatedFetch(rules, never);
    for (const host of [
      '192.0.2.1',
      '[2001:db8::1]',
      '10.0.0.1',
      '169.254.169.254',
      '0.0.0.0',
      '[::ffff:8.8.8.8]',
    ]) {
      await expect(fetchThrough(`http://${host}/`), host).rejects.toMatchObject({ kind: 'network_denied' });
    }
    expect(rules.hosts.size).toBe(0);
  });

  it('refuses a name by the address that it resolves to', async (context) => {
    const name = await nameOfElsewhere();
    if (name === undefined) context.skip('no name that this machine knows by itself is of another');
    const rules = policy();
    await expect(gatedFetch(rules, never)(`http://${name}/`)).rejects.toMatchObject({
      kind: 'network_denied',
      message: expect.stringContaining(`${name} (`),
    });
    expect(rules.hosts.size).toBe(0);
  });

  it('lets other addresses be tried when the network is allowed', async () => {
    const trying = gatedFetch(policy({ allowNet: true, idleTimeoutMs: 50 }), never)('http://192.0.2.1:9/');
    await expect(trying).rejects.toMatchObject({
      kind: expect.stringMatching(/^backend_(timeout|unavailable)$/),
    });
  });

  it('says when nothing answers', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const address = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const port = typeof address === 'object' ? address?.port : 0;
    await expect(gatedFetch(policy(), never)(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      kind: 'backend_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('uses no proxy, whatever the environment says', async () => {
    server = await startFaultServer({ '/x': { well: true } });
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    try {
      const response = await gatedFetch(policy(), never)(`${server.url}/x`);
      expect(response.status).toBe(200);
    } finally {
      delete process.env['http_proxy'];
      delete process.env['HTTP_PROXY'];
    }
  });

  it('reads no more than it may', async () => {
    server = await startFaultServer({ '/x': { long: 'x'.repeat(2000) } });
    const response = await gatedFetch(policy(), never)(`${server.url}/x`);
    await expect(response.text()).rejects.toMatchObject({ kind: 'backend_protocol' });
  });

  it('knows the addresses of this machine, and takes no other for one', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), (parts) => {
        const address = parts.join('.');
        expect(isLoopback(address)).toBe(parts[0] === 127);
        expect(isLoopback(`::ffff:${address}`)).toBe(parts[0] === 127);
      }),
    );
    expect(isLoopback('::1')).toBe(true);
    expect(isLoopback('localhost')).toBe(false);
  });
});
