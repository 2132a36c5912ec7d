import { describe, expect, test } from 'vitest';
import { namedBy, readAddress } from '../packages/cli/src/effects/mining/address.ts';

/** What is said about an address that is refused. */
function refusal(repository: Parameters<typeof readAddress>[0]): string {
  try {
    readAddress(repository);
  } catch (error) {
    expect(error).toMatchObject({ kind: 'usage', exitCode: 64 });
    const { message, hint } = error as Error & { hint: string };
    return `${message} ${hint}`;
  }
  throw new Error('It was not refused.');
}

describe('an address that git may be given', () => {
  test.each([
    [
      { owner: 'ada', name: 'engine' },
      { url: 'https://github.com/ada/engine.git', host: 'github.com' },
    ],
    [
      { owner: 'ada', name: 'engine.git' },
      { url: 'https://github.com/ada/engine.git', host: 'github.com' },
    ],
    [{ url: 'HTTPS://Git.Example/a/b' }, { url: 'https://git.example/a/b', host: 'git.example' }],
    [{ url: 'https://git.example:8443/a' }, { url: 'https://git.example:8443/a', host: 'git.example' }],
    [
      { url: 'https://git.example/~ada/@home' },
      { url: 'https://git.example/~ada/@home', host: 'git.example' },
    ],
    [{ url: 'ssh://git@git.example:22/a' }, { url: 'ssh://git@git.example:22/a', host: 'git.example' }],
    [{ url: 'git@git.example:a/b.git' }, { url: 'git@git.example:a/b.git', host: 'git.example' }],
    [{ url: 'git.example:a' }, { url: 'git.example:a', host: 'git.example' }],
    [{ url: 'git@[2001:db8::1]:a' }, { url: 'git@[2001:db8::1]:a', host: '[2001:db8::1]' }],
    [{ url: 'http://127.0.0.1:8080/a' }, { url: 'http://127.0.0.1:8080/a', host: '127.0.0.1' }],
    [{ url: 'http://[::1]:8080/a' }, { url: 'http://[::1]:8080/a', host: '[::1]' }],
    [{ url: 'http://localhost/a' }, { url: 'http://localhost/a', host: 'localhost' }],
    [{ url: 'file:///srv/a.git' }, { url: 'file:///srv/a.git', host: '' }],
    [{ url: 'file://~/a.git' }, { url: 'file://~/a.git', host: '' }],
  ])('%j', (repository, read) => {
    expect(readAddress(repository)).toEqual({ kind: 'url', ...read });
  });

  test.each([
    [{ path: '.' }, '.'],
    [{ path: 'https://git.example/a' }, 'https://git.example/a'],
    [{ url: '/srv/a.git' }, '/srv/a.git'],
    [{ url: './a:b' }, './a:b'],
    [{ url: '../notes' }, '../notes'],
  ])('%j is a place on this machine', (repository, path) => {
    expect(readAddress(repository)).toEqual({ kind: 'path', path });
  });
});

describe('an address that is refused, and why', () => {
  test.each([
    ['ext::sh -c id', /control character, a space/],
    ['ext::id', /"::", by which git is told to run a program/],
    ['fd::17', /"::"/],
    ['EXT::https://git.example/a', /"::"/],
    ['https://git.example/a::b', /"::"/],
    ['--upload-pack=id:x', /begins as an option does/],
    ['-oProxyCommand=id:x', /begins as an option does/],
    ['ssh://-oProxyCommand=id/a', /no host that ssh could reach/],
    ['ssh://-l@git.example/a', /no user that ssh could log in/],
    ['git@-oProxyCommand=id:a', /no host that ssh could reach/],
    ['git@git.example:-a', /a path that begins as an option does/],
    ['https://git.example/a\r', /control character/],
    ['https://git.example/a\n', /control character/],
    ['https://git.example/%0aHost:b', /control character/],
    ['https://git.example\\@evil.example/a', /a backslash/],
    ['http://git.example/a', /http: on git\.example.*Use https/],
    ['http://127.0.0.1.evil.example/a', /http: on 127\.0\.0\.1\.evil\.example/],
    ['git://git.example/a', /git:, which is not allowed/],
    ['ftp://git.example/a', /ftp:, which is not allowed/],
    ['https://git.example/a?access_token=s3cret', /a query or a fragment/],
    ['https://git.example/a#s3cret', /a query or a fragment/],
    ['file://git.example/a', /names a host in file:/],
    ['file://~ada/a', /names a host in file:/],
    ['https://', /cannot be read as a URL/],
    ['https://git.example:99999/a', /cannot be read as a URL/],
    ['git.example:', /cannot be read as a URL/],
  ])('%j', (url, reason) => {
    expect(refusal({ url })).toMatch(reason);
    expect(refusal({ url })).not.toContain('s3cret');
  });

  test.each([
    'https://ada:s3cret@git.example/a',
    'https://s3cret@git.example/a',
    'https://:s3cret@git.example/a',
    'https://ada:s3@cret@git.example/a',
    'https://ada:s3cret@git.example:99999/a',
    'http://ada:s3cret@127.0.0.1/a',
    'ssh://ada:s3cret@git.example/a',
    'ftp://ada:s3cret@git.example/a',
    'ada:s3cret@git.example:a',
  ])('%j, without repeating the password', (url) => {
    const said = refusal({ url });
    expect(said).toMatch(/holds a (password|name or a token)/);
    expect(said).not.toMatch(/s3|cret/);
  });

  test.each([
    [{ path: '' }, /is empty/],
    [{ path: '-rf' }, /begins as an option does.*write \.\/-rf/],
    [{ path: 'a\u0000b' }, /control character/],
    [{}, /by owner and name, or by a url, or by a path/],
    [{ url: 'https://git.example/a', path: '.' }, /by owner and name, or by a url, or by a path/],
    [{ owner: 'ada' }, /"" is no name of a repository/],
    [{ name: 'engine' }, /"" is no name of an account.*--repo OWNER --name NAME/],
    [{ owner: '../x', name: 'engine' }, /no name of an account/],
    [{ owner: 'ada', name: '..' }, /no name of a repository/],
  ])('%j', (repository, reason) => {
    expect(refusal(repository)).toMatch(reason);
  });
});

test.each([
  ['ada', 'engine', { owner: 'ada', name: 'engine' }],
  ['https://git.example/a', undefined, { url: 'https://git.example/a' }],
  ['git@git.example:a', undefined, { url: 'git@git.example:a' }],
  ['ext::id', undefined, { url: 'ext::id' }],
  ['../a', undefined, { path: '../a' }],
  ['C/a:b', undefined, { path: 'C/a:b' }],
])('--repo %s --name %s', (repo, name, named) => {
  expect(namedBy(repo, name)).toEqual(named);
});
