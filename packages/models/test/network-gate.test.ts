import { createHook } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { gatedFetch } from '../src/network/gated-fetch.ts';
import { isLoopback } from '../src/network/loopback.ts';
import { type FaultServer, startFaultServer, status } from './fault-server.ts';
import { never } from './sample-request.ts';

let server: FaultServer | undefined;
afterEach(() => server?.stop());

function policy(changed: Partial<Parameters<typeof gatedFetch>[0]> = {}) {
  return {
    allowNet: false,
    hosts: new Set<string>(),
    // Nothing here waits for it to pass: a busy machine may take its time.
    idleTimeoutMs: 100_000,
    maxResponseBytes: 1000,
    ...changed,
  };
}

const program = fileURLToPath(new URL('gate-program.ts', import.meta.url));

/** Asks for a name where the machine's list of hosts says what a test wants, in a namespace of its own. */
async function askWithHosts(hosts: string, name: string) {
  const folder = await mkdtemp(join(tmpdir(), 'timelab-hosts-'));
  await writeFile(join(folder, 'hosts'), hosts);
  const script = 'mount --bind "$1" /etc/hosts && exec "$2" --import tsx "$3" "$4"';
  const args = ['-rm', 'sh', '-c', script, 'sh', join(folder, 'hosts'), process.execPath, program, name];
  try {
    return JSON.parse((await promisify(execFile)('unshare', args)).stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function canHaveHosts(): Promise<boolean> {
  const args = ['-rm', 'sh', '-c', 'mount --bind /dev/null /etc/hosts'];
  return promisify(execFile)('unshare', args).then(
    () => true,
    () => false,
  );
}

describe('the gate to the network', () => {
  it('lets requests through to this machine, and records where they went', async () => {
    server = await startFaultServer({ '/x': { well: true } });
    const port = new URL(server.url).port;
    const rules = policy();
    const response = await gatedFetch(rules, never)(`http://localhost:${port}/x`);
    expect(JSON.parse(await response.text())).toEqual({ well: true });
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

  it('refuses a name by what it resolves to, if only one address is elsewhere', async (context) => {
    if (!(await canHaveHosts())) context.skip('no user namespaces here (unshare -rm)');
    const hosts = '192.0.2.7 elsewhere.test\n127.0.0.1 mixed.test\n192.0.2.8 mixed.test\n';
    expect(await askWithHosts(hosts, 'elsewhere.test')).toMatchObject({
      kind: 'network_denied',
      message: expect.stringContaining('elsewhere.test (192.0.2.7)'),
      hosts: [],
    });
    expect(await askWithHosts(hosts, 'mixed.test')).toMatchObject({ kind: 'network_denied', hosts: [] });
    expect(await askWithHosts('127.0.0.1 here.test\n', 'here.test:1')).toMatchObject({
      kind: 'backend_unavailable',
    });
  });

  it('asks no resolver for a name, unless the network is allowed', async () => {
    let asked = 0;
    const watch = createHook({
      init(_id, type) {
        if (type === 'GETADDRINFOREQWRAP') asked += 1;
      },
    }).enable();
    try {
      const refused = gatedFetch(policy(), never)('http://name.invalid/');
      await expect(refused).rejects.toMatchObject({ kind: 'network_denied' });
      await expect(gatedFetch(policy(), never)('http://a.localhost:1/')).rejects.toMatchObject({
        kind: 'backend_unavailable',
      });
      expect(asked).toBe(0);
      const allowed = gatedFetch(policy({ allowNet: true }), never)('http://name.invalid/');
      await expect(allowed).rejects.toMatchObject({ kind: 'backend_unavailable' });
      expect(asked).toBe(1);
    } finally {
      watch.disable();
    }
  });

  it('refuses a name that nobody knows', async () => {
    // RFC 2606 keeps this one unknown for ever.
    await expect(gatedFetch(policy(), never)('http://name.invalid/')).rejects.toMatchObject({
      kind: 'network_denied',
    });
  });

  it('lets other addresses be tried when the network is allowed', async () => {
    const trying = gatedFetch(policy({ allowNet: true, idleTimeoutMs: 50 }), never)('http://192.0.2.1:9/');
    await expect(trying).rejects.toMatchObject({
      kind: expect.stringMatching(/^backend_(timeout|unavailable)$/),
    });
  });

  it('says when nothing answers', async () => {
    // A port that no server of another test is given, as one that was free a moment ago may be.
    await expect(gatedFetch(policy(), never)('http://127.0.0.1:1/')).rejects.toMatchObject({
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

  it('settles when the server would speak another protocol', async () => {
    const upgrade = status(101, '', { connection: 'upgrade', upgrade: 'websocket' });
    server = await startFaultServer({ '/x': upgrade });
    await expect(gatedFetch(policy(), never)(`${server.url}/x`)).rejects.toMatchObject({
      kind: 'backend_protocol',
    });
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
