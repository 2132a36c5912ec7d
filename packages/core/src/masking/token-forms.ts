import type { Mask } from './mask.ts';

/**
 * The forms of tokens that their makers gave them so that they can be found, and of private keys. The list holds what
 * detect-secrets 1.5 knows by form, but for what it knows by the words around it or by chance alone.
 */
const tokens: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/],
  ['an age key', /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/],
  ['an AWS key', /\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/],
  ['a GitLab token', /\bgl(?:pat|dt|ft|soat|rt)-[\w-]{20}/],
  ['a Slack token', /\bxox[abeprs]-[A-Za-z0-9-]{10}/],
  ['a Slack address', /\bhooks\.slack\.com\/services\/T\w{5,}\/B\w{5,}\/\w{20}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}/],
  ['a PyPI token', /\bpypi-[\w-]{50}/],
  ['a Hugging Face token', /\bhf_[A-Za-z0-9]{30}/],
  ['an OpenAI or Anthropic key', /\bsk-[A-Za-z0-9_-]{20}/],
  ['a Google key', /\bAIza[\w-]{35}/],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{16}/],
  ['a SendGrid key', /\bSG\.[\w-]{22}\.[\w-]{43}/],
  ['a Square token', /\bsq0(?:csp|atp)-[\w-]{22}/],
  ['a Mailchimp key', /\b[0-9a-f]{32}-us\d{1,2}\b/],
  ['a Telegram token', /\b\d{8,10}:AA[\w-]{33}\b/],
  ['an Azure key', /\bAccountKey=[A-Za-z0-9+/]{86}==/],
  ['a JSON web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"<>{}$]+:[^\s/:@'"<>{}$]{4,}@/i],
];

/** What a text looks to hold, by its form alone, in words, and where; undefined where nothing is seen. */
export function tokenIn(text: string): { readonly what: string; readonly at: number } | undefined {
  for (const [what, form] of tokens) {
    const at = text.search(form);
    if (at >= 0) return { what, at };
  }
  return undefined;
}

/** What secret a text or bytes hold, in words: a known one by its value, else one by its form; undefined where none is seen. */
export function secretIn(data: Uint8Array | string, known: Mask): string | undefined {
  const held = known.find(data);
  if (held !== undefined) return `the value of ${held.name}`;
  return tokenIn(typeof data === 'string' ? data : latin1(data))?.what;
}

// Tokens are ASCII, and Latin-1 keeps every byte one character.
const latin1 = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
