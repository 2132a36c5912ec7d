import { expect, test } from 'vitest';
import { quoteHeaders } from '../src/patch-headers.ts';

test.each([
  ['diff --git a/x b/x', 'diff --git a/x b/x'],
  ['diff --git a/a b b/a b', 'diff --git "a/a b" "b/a b"'],
  ['diff --git a/b/ /f b/b/ /f', 'diff --git "a/b/ /f" "b/b/ /f"'],
  ['diff --git a/a b/a b/a b/a', 'diff --git "a/a b/a" "b/a b/a"'],
  ['diff --git a/caf\xe9 1 b/caf\xe9 1', 'diff --git "a/caf\xe9 1" "b/caf\xe9 1"'],
  ['diff --git "a/\\t x" "b/\\t x"', 'diff --git "a/\\t x" "b/\\t x"'],
  ['+diff --git a/a b b/a b', '+diff --git a/a b b/a b'],
])('%j becomes %j', (line, quoted) => {
  expect(quoteHeaders(`${line}\nindex 1..2\n${line}\n`)).toBe(`${quoted}\nindex 1..2\n${quoted}\n`);
});
