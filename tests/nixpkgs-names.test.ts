import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPage } from './markdown.ts';
import { repository } from './rig.ts';

test('NIXPKGS names all that the flake takes from nixpkgs', () => {
  const taken = readFileSync(join(repository, 'nix/from-nixpkgs.nix'), 'utf8');
  const lists = [...taken.matchAll(/inherit\s+\([\w.]+\)\s([^;]+);/g)].map((match) => match[1] ?? '');
  expect(lists).toHaveLength(3);
  const names = lists.flatMap((list) => list.split(/\s+/)).filter((name) => name !== '');
  expect(names.length).toBeGreaterThan(50);
  const page = readPage('docs/reference/NIXPKGS.md').text;
  const isNamed = (name: string) => new RegExp(`\`(lib\\.)?${name}(\\.[\\w.]+)?\``).test(page);
  expect(names.filter((name) => !isNamed(name))).toEqual([]);
});
