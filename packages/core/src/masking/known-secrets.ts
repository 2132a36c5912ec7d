/** A value that is to be written down nowhere, and the name that it goes by. */
export interface KnownSecret {
  readonly name: string;
  readonly value: string;
}

/**
 * Names whose values are secrets, as they end. It is the one list of them: what is masked, left out of patches and kept
 * from recordings goes by it; children are given no name that is not on a list of its own.
 */
const secretName = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|_PASS|_PWD|_PAT|_AUTH)$/i;

/** An address, and in it what stands before the "@": a user alone, or a user and a password. */
const address = /\b[a-z][a-z0-9+.-]*:\/\/([^\s/?#@"<>]+)@/gi;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The secrets of an environment: the values of variables whose names say so, and in all others the passwords of
 * addresses, as of a proxy or a database. What could stand in any text is left out (see `whyTooCommon`).
 */
export function knownSecrets(env: Environment): KnownSecret[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    secretName.test(name) ? secretsOf(name, value) : userPartsOf(name, value),
  );
}

/** What of one secret's value is looked for: all of it, and each of its lines, as far as they are none but its own. */
export function secretsOf(name: string, value: string): KnownSecret[] {
  const lines = value.includes('\n') ? value.split(/\r?\n/) : [];
  const parts = new Set([value.trim(), ...lines.map((line) => line.trim())]);
  const own = [...parts].filter((part) => whyTooCommon(part) === undefined);
  return [...own.map((part) => ({ name, value: part })), ...userPartsOf(name, value)];
}

/** The users and passwords in the addresses of a text. A user alone, as in `ssh://git@…`, is public; a token is long. */
function userPartsOf(name: string, text: string): KnownSecret[] {
  return [...text.matchAll(address)].flatMap(([, part = '']) => {
    const [user = '', ...rest] = part.split(':');
    const password = rest.join(':');
    const held = password === '' ? [user].filter((one) => one.length >= LONG_USER) : [part, password];
    const plain = held.flatMap((one) => [one, decoded(one)]);
    return [...new Set(plain)]
      .filter((one) => whyTooCommon(one) === undefined)
      .map((value) => ({ name, value }));
  });
}

/** A user name of this many characters, without a password, is a token. */
const LONG_USER = 20;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Below this many characters a value stands in other texts by chance, or can be guessed from what is left. */
const SHORTEST_SECRET = 8;

/** The longest value that is looked for whole; of longer ones, such as bundles of certificates, each line is. */
const LONGEST_SECRET = 16_384;

/**
 * Why a value cannot be masked, in words that follow its name; undefined where it can. A value that other texts hold by
 * chance would be masked in them too, and tell by that what it is.
 */
export function whyTooCommon(value: string): string | undefined {
  return commonForms.find(([, holds]) => holds(value))?.[0];
}

/** Names with slashes before them; base64 can begin with one, too, but has capitals in the middle of what would be names. */
function isPath(value: string): boolean {
  return /^~?(?:\/[\w.@-]+)+\/?$/.test(value) && !/[a-z\d][A-Z]/.test(value);
}

const commonForms: readonly (readonly [why: string, holds: (value: string) => boolean])[] = [
  ['is shorter than 8 characters', ({ length }) => length < SHORTEST_SECRET],
  ['is longer than 16,384 characters', ({ length }) => length > LONGEST_SECRET],
  // Generated passwords of letters alone are longer than words are.
  ['is a plain word', (value) => /^(?=.{1,19}$)(?:\p{Lu}+|(?:\p{Lu}?[\p{Ll}\p{Lo}]{2,})+)$/u.test(value)],
  // Of 16 digits, decimal or hexadecimal, no digest or count holds one by chance.
  ['is a number', (value) => /^[\d.,:+ _-]{1,15}$|^[0-9a-f]{1,15}$/i.test(value)],
  ['is a date', (value) => /^\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/.test(value)],
  ['is a path', isPath],
  // A longer part of an address is a token, as in the addresses that chat programs give out.
  ['is a plain address', (value) => /^[a-z][a-z0-9+.-]*:\/\/[^\s/@?#]+(?:\/[\w.~-]{0,19})*$/i.test(value)],
  ['is one character again and again', (value) => /^(.)\1*$/su.test(value)],
  ['is the frame of a key', (value) => /^-{4,5}\s?(?:BEGIN|END) [A-Z0-9 ]+-{4,5}$/.test(value)],
];
