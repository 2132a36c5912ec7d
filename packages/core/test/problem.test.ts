import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Problem, type ProblemKind, problemKinds } from '../src/problem/problem.ts';

const page = readFileSync(new URL('../../../docs/reference/PROBLEMS.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).replaceAll('`', ''), section] as const),
);

describe.each(Object.entries(problemKinds))('%s', (kind, { title, hint, exitCode }) => {
  test('has a title, a hint and an exit code', () => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(hint).toMatch(/^[`A-Z\p{L}].{10,}\.$/u);
    expect([64, 65, 70]).toContain(exitCode);
  });

  test('has a section that says what happened, why, and what to do, with its exit code and a message', () => {
    const section = sections.get(kind) ?? '';
    expect(section).toContain(`**${title}**, exit code ${exitCode}.`);
    for (const part of ['What happened: ', 'Why: ', 'What to do: ']) expect(section).toContain(part);
    expect(section).toMatch(/^ {4}\S/m);
  });

  test('carries its exit code and hint to whoever catches it', () => {
    const problem = new Problem(kind as ProblemKind, 'Something.', { cause: 'a cause' });
    expect(problem).toMatchObject({
      kind,
      hint,
      exitCode,
      message: 'Something.',
      faults: [],
      cause: 'a cause',
    });
    expect(new Problem(kind as ProblemKind, '', { hint: 'Other.' }).hint).toBe('Other.');
  });
});

test('the page tells of no problem that there is not', () => {
  expect([...sections.keys()].sort()).toEqual(Object.keys(problemKinds).sort());
});
