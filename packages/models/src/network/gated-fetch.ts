import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { addressesHere } from './addresses-here.ts';
import { gatedBody } from './gated-body.ts';
import { isLoopback, namesThisMachine, socketHost } from './loopback.ts';
import {
  abortError,
  answerCut,
  connectionFault,
  networkDenied,
  redirected,
  silentTooLong,
} from './network-faults.ts';
import type { NetworkPolicy } from './policy.ts';
import { type Reply, replyOf } from './reply.ts';

/** What a request is made of, besides its address. */
export interface RequestParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | null;
}

/** The only way to a model server: shaped like `fetch`. */
export type GatedFetch = (address: string | URL, parts?: RequestParts) => Promise<Reply>;

/**
 * A `fetch` that connects to nothing but this machine unless the policy allows more, follows no redirect, uses no proxy,
 * asks for no compression and gives up a silent server. It throws a `Problem` for each of these, an `AbortError` for the signal.
 * It stands on node:http because the address that is checked must be the one that is connected to.
 */
export function gatedFetch(policy: NetworkPolicy, signal: AbortSignal): GatedFetch {
  return async (address, parts = {}) => {
    const url = new URL(address);
    const stop = parts.signal ? AbortSignal.any([signal, parts.signal]) : signal;
    const message = await send(url, parts, policy, stop);
    const status = message.statusCode ?? 0;
    if (status >= 300 && status < 400) throw refuseRedirect(url, message, policy);
    return replyOf(message, () => gatedBody(message, url.origin, policy, stop));
  };
}

async function send(url: URL, parts: RequestParts, policy: NetworkPolicy, signal: AbortSignal) {
  const host = socketHost(url);
  if (!policy.allowNet && isIP(host) !== 0 && !isLoopback(host)) throw networkDenied(host, host);
  if (signal.aborted) throw abortError();
  const request = await openRequest(url, parts, policy, signal);
  return new Promise<IncomingMessage>((resolve, reject) => {
    const idle = setTimeout(() => {
      request.destroy(silentTooLong(url.origin, policy.idleTimeoutMs));
    }, policy.idleTimeoutMs);
    request.once('socket', (socket) => socket.once('connect', () => policy.hosts.add(hostOf(url))));
    request.once('response', resolve);
    // A second error can follow the first, and must not become an uncaught one.
    request.on('error', (error) =>
      reject(signal.aborted ? abortError() : connectionFault(url.origin, error)),
    );
    request
      .once('response', () => clearTimeout(idle))
      .once('close', () => {
        clearTimeout(idle);
        // A switch to another protocol closes the request with neither a response nor an error.
        reject(answerCut(url.origin, 'closed without a response'));
      });
    request.end(parts.body);
  });
}

async function openRequest(url: URL, parts: RequestParts, policy: NetworkPolicy, signal: AbortSignal) {
  // Loaded when asked for: TLS alone costs the start of every command some milliseconds.
  const { request, Agent } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  return request(url, {
    method: parts.method ?? 'GET',
    headers: { ...parts.headers, 'accept-encoding': 'identity' },
    // An agent of its own: the global one may be told by the environment to use a proxy.
    agent: new Agent({ keepAlive: false }),
    lookup: checkedLookup(policy),
    signal,
  });
}

/** Gives a socket only addresses that were looked at; without leave, no name is asked of anybody but this machine. */
function checkedLookup(policy: NetworkPolicy): LookupFunction {
  return (hostname, options, callback) => {
    const finding = policy.allowNet ? lookup(hostname, { ...options, all: true }) : onlyHere(hostname);
    const give = (addresses: readonly LookupAddress[]) => {
      const [first] = addresses;
      if (first === undefined) callback(new Error('no address'), '');
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    };
    finding.then(give, (error) => callback(error, ''));
  };
}

/** The addresses of a name that means this machine and no other. Throws `network_denied`. */
async function onlyHere(hostname: string): Promise<readonly LookupAddress[]> {
  const addresses = await addressesHere(hostname);
  const outside = addresses.find(({ address }) => !isLoopback(address))?.address;
  if (outside === undefined && addresses.length > 0) return addresses;
  throw networkDenied(hostname, outside ?? hostname);
}

function refuseRedirect(url: URL, reply: IncomingMessage, policy: NetworkPolicy) {
  reply.destroy();
  const location = reply.headers.location ?? '';
  const target = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
  return redirected(
    url.origin,
    target,
    !policy.allowNet && target !== undefined && !namesThisMachine(target),
  );
}

function hostOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}
