import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an IP address belongs to this machine alone (RFC 1122 127/8, RFC 4291 ::1, and IPv4 mapped into IPv6). */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** The host of a URL as sockets and resolvers write it: an IPv6 address without its brackets. */
export function socketHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Whether a URL names this machine without a look into any resolver. */
export function namesThisMachine(url: URL): boolean {
  const host = socketHost(url);
  return host === 'localhost' || host.endsWith('.localhost') || isLoopback(host);
}
