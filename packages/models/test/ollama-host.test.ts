import { describe, expect, it } from 'vitest';
import { parseOllamaHost } from '../src/ollama/ollama-host.ts';

describe('OLLAMA_HOST', () => {
  it.each([
    [undefined, 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    ['  example  ', 'http://example:11434'],
    ['"example"', 'http://example:11434'],
    ['example:1234', 'http://example:1234'],
    ['example:80', 'http://example:80'],
    [':1234', 'http://127.0.0.1:1234'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:99', 'http://127.0.0.1:99'],
    ['http://example', 'http://example:80'],
    ['https://example', 'https://example:443'],
    ['HTTPS://example:8443/', 'https://example:8443'],
    ['http://example/ollama/', 'http://example:80/ollama'],
    ['::1', 'http://[::1]:11434'],
    ['[::1]:99', 'http://[::1]:99'],
    ['[::]:99', 'http://[::1]:99'],
    ['::', 'http://[::1]:11434'],
  ])('%j means %s', (value, address) => {
    expect(parseOllamaHost(value)).toBe(address);
  });

  it.each(['ftp://example', 'example:port', 'example:99999', 'http://user:secret@example', 'a b'])(
    '%j is refused',
    (value) => {
      expect(() => parseOllamaHost(value)).toThrow(expect.objectContaining({ kind: 'usage' }));
      expect(() => parseOllamaHost(value)).not.toThrow(/secret/);
    },
  );
});
