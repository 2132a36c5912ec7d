/** A value that is to be written down nowhere, and the variable that holds it. */
export interface KnownSecret {
  readonly name: string;
  readonly value: string;
}

/** Names of environment variables whose values are secrets. */
const secretName = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)$/i;

/** The forms of tokens that their makers gave them so that they can be found, and of private keys. */
const tokens: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/],
  ['an age key', /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/],
  ['an AWS key', /\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/],
  ['a GitLab token', /\bglpat-[\w-]{20}/],
  ['a Slack token', /\bxox[abeprs]-[A-Za-z0-9-]{10}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}/],
  ['a PyPI token', /\bpypi-[\w-]{50}/],
  ['a Hugging Face token', /\bhf_[A-Za-z0-9]{30}/],
  ['an OpenAI or Anthropic key', /\bsk-[A-Za-z0-9_-]{20}/],
  ['a Google key', /\bAIza[\w-]{35}/],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{16}/],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"<>{}$]+:[^\s/:@'"<>{}$]{4,}@/i],
];

/**
 * The secrets of an environment, by the names of its variables. What could stand in any text is left out: short values,
 * plain words and paths.
 */
export function knownSecrets(env: Readonly<Record<string, string | undefined>>): KnownSecret[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    secretName.test(name)
      ? value
          .split(/\r?\n/)
          .filter(isTelling)
          .map((line) => ({ name, value: line }))
      : [],
  );
}

// A line of eight characters that is neither a word nor a path is no coincidence in another text.
function isTelling(line: string): boolean {
  return line.length >= 8 && !/^[A-Za-z]+$/.test(line) && !/^~?(?:\/[\w.@-]+)+\/?$/.test(line);
}

/** What secret a text holds, in words; undefined where none is seen. Texts may be bytes read as Latin-1. */
export function secretIn(text: string, known: readonly KnownSecret[]): string | undefined {
  const held = known.find(({ value }) => text.includes(value) || text.includes(asLatin1(value)));
  if (held !== undefined) return `the value of ${held.name}`;
  return tokens.find(([, form]) => form.test(text))?.[0];
}

const asLatin1 = (value: string) => String.fromCharCode(...new TextEncoder().encode(value.slice(0, 10_000)));
