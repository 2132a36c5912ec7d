import { Problem } from '@timelab/core';
import { visible } from '../../visible.ts';

/** What git and curl say when a server cannot be reached or refuses (their texts in the C locale), in our words. */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /could not read (Username|Password)|terminal prompts disabled|Authentication failed|returned error: 401/,
    'it wants a name and a password, which timelab never asks for',
  ],
  [/Permission denied \(/, 'ssh was not let in: no key of yours is accepted there'],
  [
    /Host key verification failed|No \S+ host key is known/,
    'ssh does not know the key of that host; log in there once by hand',
  ],
  [/returned error: 403/, 'the server refuses it (403)'],
  [/repository '.*' not found|returned error: 404/, 'there is no repository at that address (404)'],
  [/returned error: (5\d\d)/, 'the server failed ($1)'],
  [/Could not resolve host/, 'no host of that name is known'],
  [/Could not resolve proxy/, 'the proxy that git is configured to use is not known'],
  [/Connection refused|Failed to connect|Couldn't connect/, 'nothing answers there'],
  [/Operation too slow|timed out/i, 'the server was silent too long'],
  [/SSL|certificate/i, 'its certificate could not be verified'],
  [/transport '(\w+)' not allowed/, 'git is configured to fetch it over $1, which is not allowed'],
  [/does not appear to be a git repository|not a git repository/, 'it is no git repository'],
  [/dubious ownership/, 'it belongs to another user, so git does not read it'],
  [
    /early EOF|RPC failed|unexpected disconnect|hung up|transfer closed|Empty reply|unexpected EOF|Recv failure|invalid index-pack output/i,
    'the server went away in the middle',
  ],
];

/** Says why git could not fetch, in words that hold no password and nothing that a terminal would act on. */
export function fetchFailed(url: string, stderr: string, interruptedBy?: unknown): Problem {
  if (interruptedBy !== undefined) {
    return new Problem('interrupted', `${String(interruptedBy)} ended the fetch from ${visible(url)}.`, {
      hint: 'Run it again: what was fetched before is kept.',
    });
  }
  if (/No space left on device|Disk quota exceeded/.test(ownWords(stderr).join('\n')))
    return new Problem('disk_full', 'The repository could not be kept: the disk is full.', {
      hint: 'Free some space, or set XDG_CACHE_HOME to a folder on another disk.',
    });
  return new Problem('remote_failed', `${visible(url)}: ${reasonOf(stderr)}.`);
}

function reasonOf(stderr: string): string {
  const own = ownWords(stderr);
  const said = quotedWords(stderr, own);
  for (const [pattern, reason] of reasons) {
    const match = pattern.exec(own.join('\n'));
    if (match !== null) return `${reason.replace('$1', match[1] ?? '')}${said}`;
  }
  return `git could not fetch it${said}`;
}

/** What git itself says: the server's words are on lines that say so, and none of them may choose ours. */
const ownWords = (stderr: string) => stderr.split('\n').filter((line) => !line.startsWith('remote:'));

/** The last words of the server and of git, as a quotation. */
function quotedWords(stderr: string, own: readonly string[]): string {
  const server = [...stderr.matchAll(/^remote: (.+)$/gm)].map(([, line]) => line).join('; ');
  const git = own.findLast((line) => /^(fatal|error): /.test(line))?.replace(/^(fatal|error): /, '');
  const parts = [
    ...(git === undefined ? [] : [`git says: ${harmless(git)}`]),
    ...(server === '' ? [] : [`the server says: ${harmless(server)}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

const mostCharacters = 300;

/** A stranger's line: shortened, without what a terminal acts on, and without names and passwords in addresses. */
export function harmless(line: string): string {
  const trimmed = visible(line.trim().replaceAll('\n', ' ')).replace(/:\/\/[^\s/]*@/g, '://');
  return trimmed.length > mostCharacters ? `${trimmed.slice(0, mostCharacters)}…` : trimmed;
}
