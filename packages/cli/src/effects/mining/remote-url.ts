import { Problem } from '@timelab/core';

/** A URL that git may be given, and the host that it names; '' for `file:`. */
export interface RemoteUrl {
  readonly kind: 'url';
  readonly url: string;
  readonly host: string;
}

const ways = 'Give https://HOST/PATH, ssh://[USER@]HOST/PATH, USER@HOST:PATH, file:///PATH, or a path.';

/** A refusal; it never repeats the address, which may hold a password. */
const refuse = (reason: string, hint = ways) =>
  new Problem('usage', `The address of the repository ${reason}.`, { hint });

/**
 * Reads a URL that is to be fetched from: https, ssh (also as USER@HOST:PATH) and file; http from this machine only.
 * What git would run as a program, take for an option or send as a password is refused; throws `usage`.
 */
export function readUrl(text: string): RemoteUrl {
  refuseTricks(text);
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text) ?? [];
  return scheme === undefined ? readScp(text) : readWithScheme(text, scheme.toLowerCase());
}

function refuseTricks(text: string): void {
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]|%[01][0-9a-f]|%7f/i.test(text))
    throw refuse('holds a control character, a space or a backslash');
  if (text.startsWith('-')) throw refuse('begins as an option does');
  // What git-remote-ext(1) and its like would run; the one honest :: is in an IPv6 address.
  if (text.replace(/\[[0-9a-f:.]+\]/i, '').includes('::'))
    throw refuse('holds "::", by which git is told to run a program');
  // The last @ before the path ends them; a password may hold any other character.
  if (/^([^/]*:\/\/)?[^/@]*:[^/]*@/.test(text))
    throw refuse(
      'holds a password',
      'Leave it out: git asks your credential helper, or ssh your agent, for it.',
    );
}

function readWithScheme(text: string, scheme: string): RemoteUrl {
  if (scheme === 'file') return readFileUrl(text);
  if (!['https', 'http', 'ssh'].includes(scheme))
    throw refuse(`begins with ${scheme}:, which is not allowed`);
  const url = parse(text);
  if (url.search !== '' || url.hash !== '')
    throw refuse('has a query or a fragment, which the address of a repository has not');
  if (scheme === 'ssh') return { kind: 'url', url: text, host: sshHost(url.username, url.hostname) };
  if (url.username !== '')
    throw refuse('holds a name or a token', 'Leave it out: git asks your credential helper for it.');
  if (scheme === 'http' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname))
    throw refuse(
      `is http: on ${url.hostname}, where anybody on the way could change what comes`,
      'Use https.',
    );
  return { kind: 'url', url: url.href, host: url.hostname };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refuse('cannot be read as a URL');
  }
}

// git takes what follows file:// for the path, so that a host would be its first folder; "~" is the home folder to us.
function readFileUrl(text: string): RemoteUrl {
  if (!/^file:\/\/(?:\/|~(?:\/|$))/i.test(text))
    throw refuse('names a host in file:', 'Write file:/// and the whole path.');
  return { kind: 'url', url: text.replace(/^file/i, 'file'), host: '' };
}

/** ssh's short form, USER@HOST:PATH. */
function readScp(text: string): RemoteUrl {
  const [, user = '', host = '', path = ''] =
    /^(?:([^@/:]*)@)?(\[[^\]/]+\]|[^/:@[\]]+):(.*)$/.exec(text) ?? [];
  if (path === '') throw refuse('cannot be read as a URL');
  if (path.startsWith('-')) throw refuse('has a path that begins as an option does');
  return { kind: 'url', url: text, host: sshHost(user, host) };
}

function sshHost(user: string, host: string): string {
  if (!/^([A-Za-z0-9_][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])$/.test(host))
    throw refuse('names no host that ssh could reach');
  if (!/^([A-Za-z0-9_][A-Za-z0-9._+-]*)?$/.test(user)) throw refuse('names no user that ssh could log in');
  return host.toLowerCase();
}
