import { describe, expect, test } from 'vitest';
import { diffAsMarkdown } from '../src/compare/diff-markdown.ts';
import { diffForPeople } from '../src/compare/diff-text.ts';
import type { Json } from '../src/json/canonical-json.ts';
import {
  type DiffedRun,
  type DifferingFile,
  differingPaths,
  diffRuns,
  lockedInputs,
} from '../src/plans/diff.ts';
import { asked, withModel } from './compared-runs.ts';

const run = (changes: Partial<DiffedRun> = {}): DiffedRun => ({
  manifest: asked,
  path: 'a/b',
  digests: new Map(),
  ...changes,
});
const lined = (a: DiffedRun, b: DiffedRun, differing: readonly DifferingFile[] = []) =>
  diffForPeople(diffRuns(a, b, { differing }));

/** The runs' specs, with what a stranger could write as a key and as a text. */
const forged = 'x\nchanged: nothing\n`|<b>';
const specA = run({ spec: { metadata: {} } });
const specB = run({
  spec: { metadata: { [forged]: forged } },
  manifest: { ...asked, task: { ...asked.task, inputs_hash: 'f'.repeat(64) } },
});

describe('a comparison for people', () => {
  test('says that nothing changed, and nothing else', () => {
    expect(lined(run(), run()).slice(2)).toEqual(['changed: nothing']);
  });

  test('names what one side does not record apart from what changed', () => {
    const { engine: _, ...rest } = asked.model as NonNullable<typeof asked.model>;
    const lines = lined(run(), run({ manifest: { ...asked, model: rest } }));
    expect(lines.slice(2, 4)).toEqual(['changed: nothing', 'not known: engine']);
    expect(lines.join('\n')).toMatch(/\/model\/engine {2}\{.*\} → - {2}\(not recorded on one side\)/);
  });

  test('has lines of its own making only, whatever a stranger wrote', () => {
    const lines = lined(specA, specB);
    expect(lines.filter((line) => line.startsWith('changed:'))).toEqual(['changed: spec']);
    expect(
      lines.filter((line) => line.includes('changed: nothing')).every((line) => /^ {2}/.test(line)),
    ).toBe(true);
  });

  test('cuts what is the same in a long text, and the digests', () => {
    const words = (last: string) => `${'one two three '.repeat(20)}${last} ${'four five six '.repeat(20)}`;
    const [a, b] = ['seven', 'eight'].map((last) => withModel({ params: { system: words(last) } }));
    const line = lined(run({ manifest: a ?? asked }), run({ manifest: b ?? asked })).find((one) =>
      one.includes('[-'),
    );
    expect(line).toMatch(/^ {4}….{40}\[-seven-\]\{\+eight\+\}.{40}…$/);
    const hashes = lined(run(), run({ manifest: withModel({ hash: '9'.repeat(64) }) })).join('\n');
    expect(hashes).toContain(`→ ${'9'.repeat(12)}\n`.trimEnd());
    expect(hashes).not.toContain('9'.repeat(13));
  });

  test('names twenty files of a kind, and how many more there are', () => {
    const names = (prefix: string) => new Map(Array.from({ length: 25 }, (_, at) => [`${prefix}${at}`, 'd']));
    const lines = lined(run({ digests: names('a') }), run({ digests: names('b') }));
    expect(lines.filter((line) => /only in a:/.test(line))).toHaveLength(20);
    expect(lines.filter((line) => line === '  and 5 more of those')).toHaveLength(2);
    expect(lines.at(-1)).toBe('  the same: 0 files');
  });

  test('tells where files part, and what became of one that is gone', () => {
    const files = [
      { path: 'x', bytes: { a: 1, b: 2000 }, first: { line: 3, byte: 7 } },
      { path: 'y', bytes: { b: 5 } },
    ];
    expect(lined(run(), run(), files).slice(5, 7)).toEqual([
      '  x  1 B → 2.0 kB, from line 3, byte 7',
      '  y  not there → 5 B',
    ]);
  });
});

describe('a comparison as Markdown', () => {
  test('quotes all that others wrote, so that it is neither HTML nor a table', () => {
    const page = diffAsMarkdown(diffRuns(specA, specB, { differing: [{ path: '<img src=x>' }] }));
    const unquoted = page.replace(/(`{3,})text\n.*?\n\1/gs, '').replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
    expect(unquoted).not.toMatch(/[<>]|nothing/);
    expect(page).toContain('`<img src=x>`');
  });
});

describe('files and locks', () => {
  test('differ by their digests alone', () => {
    const [a, b] = [
      new Map([
        ['same', '1'],
        ['other', '1'],
        ['gone', '1'],
      ]),
      new Map([
        ['same', '1'],
        ['other', '2'],
      ]),
    ];
    expect(differingPaths(a, b)).toEqual(['other']);
    expect(diffRuns(run({ digests: a }), run({ digests: b }), { differing: [] }).artifacts).toMatchObject({
      only_a: ['gone'],
      only_b: [],
      same: 1,
    });
  });

  test.each<[text: string, inputs: Json | undefined]>([
    [
      '{"nodes":{"root":{},"a":{"locked":{"rev":"1","narHash":"h","type":"github"}}}}',
      { a: { rev: '1', narHash: 'h' } },
    ],
    ['{"nodes":{"a":{"locked":{"narHash":"h","lastModified":7}}}}', { a: { narHash: 'h', lastModified: 7 } }],
    ['{"nodes":{"a":null,"b":3}}', {}],
    ['{"nodes":{"a":{"locked":{"rev":[[[]]]}}}}', {}],
    ['{}', undefined],
    ['not json', undefined],
    ['null', undefined],
  ])('%s is read', (text, inputs) => {
    expect(lockedInputs(text)).toEqual(inputs);
  });
});
