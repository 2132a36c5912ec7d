import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namePattern, parseModelName, runNameFrom, shellWords, shownModelName } from '../src/index.ts';

test('a shell reads the words that were written for it', () => {
  const word = fc
    .string({ unit: 'binary', minLength: 1 })
    .filter((text) => !text.includes('\0') && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const heard = spawnSync('sh', ['-c', `printf '%s\\0' ${shellWords(words)}`], { encoding: 'utf8' });
      expect(heard.stdout).toBe(words.map((each) => `${each}\0`).join(''));
    }),
    { numRuns: 50 },
  );
});

test('words that need no quotes have none', () => {
  expect(shellWords(['timelab', 'ai', '--spec', '2025/10/15/a b.json', '--model', 'ollama:qwen2.5:7b'])).toBe(
    "timelab ai --spec '2025/10/15/a b.json' --model ollama:qwen2.5:7b",
  );
});

test('a run is named after its file, whatever that is called', () => {
  expect(['demo.json', 'my spec.json', '.hidden', '../x', 'ünï.json', '...'].map(runNameFrom)).toEqual([
    'demo',
    'my-spec',
    'hidden',
    'x',
    'n-',
    'run',
  ]);
  fc.assert(fc.property(fc.string(), (file) => namePattern.test(runNameFrom(file))));
});

test.each([
  ['llamacpp:smollm2', 'llamacpp:smollm2'],
  ['llamacpp:./w.gguf', 'llamacpp:./w.gguf'],
  ['llamacpp:models/w.gguf', 'llamacpp:models/w.gguf'],
  ['llamacpp:/home/ada/w.gguf', 'llamacpp:./w.gguf'],
  ['llamacpp:/x/smollm2', 'llamacpp:./smollm2'],
  ['llamacpp:/home/ada/', 'llamacpp:./ada'],
  ['llamacpp:../../home/ada/w.gguf', 'llamacpp:./w.gguf'],
  ['hf.co/someone/model:q4', 'ollama:hf.co/someone/model:q4'],
])('a record names %s as %s', (name, shown) => {
  expect(shownModelName(parseModelName(name))).toBe(shown);
});
