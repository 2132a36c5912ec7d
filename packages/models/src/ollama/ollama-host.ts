import { Problem } from '@timelab/core';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { '': '11434', http: '80', https: '443' };

/** Where Ollama listens "everywhere", a client on the same machine asks here. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' };

/**
 * The server's address from OLLAMA_HOST, without a final slash, read as Ollama's own client reads it: a host, host:port,
 * :port or an http(s) URL, with Ollama's port where there is neither scheme nor port. Throws `usage` for anything else.
 */
export function parseOllamaHost(value: string | undefined): string {
  const text = (value ?? '').trim().replace(/^(["'])(.*)\1$/, '$2');
  const [, scheme = '', hostAndPort = '', path = ''] = /^(?:(https?):\/\/)?([^/]*)(.*)$/i.exec(text) ?? [];
  const { host, port } = splitPort(hostAndPort);
  const wanted = port === '' ? DEFAULT_PORTS[scheme.toLowerCase()] : port;
  const address = `${scheme === '' ? 'http' : scheme}://${host}:${wanted}${path}`;
  const otherScheme = path.startsWith('//');
  if (otherScheme || hostAndPort.includes('@') || !URL.canParse(address)) throw badHost(text);
  const url = new URL(address);
  const hostname = EVERYWHERE[url.hostname] ?? url.hostname;
  return `${url.protocol}//${hostname}:${wanted}${url.pathname.replace(/\/+$/, '')}`;
}

/** An IPv6 address may stand without brackets where no port follows it. */
function splitPort(text: string): { host: string; port: string } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text);
  if (match === null) return { host: `[${text}]`, port: '' };
  return { host: match[1] || '127.0.0.1', port: match[2] ?? '' };
}

function badHost(text: string): Problem {
  const shown = text.replace(/\/\/.*@/, '//…@');
  return new Problem('usage', `OLLAMA_HOST "${shown}" is not the address of a server.`, {
    hint: 'Write 127.0.0.1:11434, a host name, or a URL that begins with http:// or https://.',
  });
}
