import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { done, entry, lines } from '../packages/models/test/fault-server.ts';
import { type Ask, askIn, commitAll, labOnce } from './lab-once.ts';
import { mined } from './mining.ts';
import { needHelpers } from './needed-helpers.ts';
import { llmSpec, put, timelab } from './rig.ts';
import { runsOf } from './runs.ts';

const spec = '2031/02/03/ai-team/specs/spec.json';
const asked = {
  config: { model: 'ollama:m' },
  inputs: { prompt: 'Which city is the capital of France?', files: ['notes.md'] },
};
const sha = (digit: string) => digit.repeat(64);
const model = { ...entry, digest: sha('c') };
const lock = (rev: string) => ({
  version: 7,
  root: 'root',
  nodes: { root: {}, nixpkgs: { locked: { rev, narHash: `sha256-${rev}` } } },
});

/** What is otherwise in the second run of a pair: in the lab, at the server, on the command line. */
interface Change {
  readonly what: string;
  readonly lab?: (lab: string) => Promise<unknown>;
  readonly wrong?: Parameters<Ask>[2];
  readonly args?: readonly string[];
  readonly changed: readonly string[];
  /** A part of what is said about it. */
  readonly words?: RegExp;
}

const changes: readonly Change[] = [
  { what: 'nothing', changed: [] },
  {
    what: 'the question',
    lab: (lab) =>
      put(
        lab,
        spec,
        llmSpec({ ...asked, inputs: { ...asked.inputs, prompt: 'Which city is the capital of Spain?' } }),
      ),
    changed: ['spec'],
    words: /\/inputs\/prompt {2}Which city .* → Which city/,
  },
  {
    what: 'a check',
    lab: (lab) => put(lab, spec, llmSpec({ ...asked, validation: { min_length: 2 } })),
    changed: ['spec'],
    words: /\/validation\/min_length {2}- → 2/,
  },
  {
    what: 'a file that is read',
    lab: (lab) => put(lab, '2031/02/03/ai-team/specs/notes.md', 'Berlin is a city.\n'),
    changed: ['inputs'],
    words: /notes\.md .*\n +\[-Paris-\]\{\+Berlin\+\} is a city\./,
  },
  {
    what: 'a setting, in the spec',
    lab: (lab) => put(lab, spec, llmSpec({ ...asked, config: { ...asked.config, temperature: 1 } })),
    changed: ['settings'],
    words: /\/model\/params\/temperature {2}0 → 1/,
  },
  {
    what: 'the weights behind a name',
    wrong: { '/api/tags': { models: [model] }, '/api/ps': { models: [model] } },
    changed: ['model'],
    words: /\/model\/hash {2}a{12} → c{12}/,
  },
  {
    what: 'the model, on the command line',
    args: ['--model', 'ollama:other'],
    wrong: otherModel(),
    changed: ['model'],
  },
  {
    what: 'the model, in the spec',
    lab: (lab) => put(lab, spec, llmSpec({ ...asked, config: { model: 'ollama:other' } })),
    wrong: otherModel(),
    changed: ['model'],
  },
  {
    what: 'the server’s release',
    wrong: { '/api/version': { version: '0.0.2' } },
    changed: ['engine'],
    words: /\/model\/engine\/release {2}0\.0\.1 → 0\.0\.2/,
  },
  {
    what: 'the code, in a commit',
    lab: async (lab) => {
      await put(lab, 'analysis.py', 'print(1)\n');
      await commitAll(lab, 'feat: another way');
    },
    changed: ['code'],
    words: /only in b: [0-9a-f]{12} feat: another way/,
  },
  {
    what: 'the code, not committed',
    lab: (lab) => put(lab, 'analysis.py', 'print(1)\n'),
    changed: ['code'],
    words: /b had changes that were not committed \(input\/git\.patch\)/,
  },
  {
    what: 'the day’s notes, in a commit',
    lab: async (lab) => {
      await put(lab, '2031/02/03/knowledge/notes.md', 'x');
      await commitAll(lab, 'feat: another way');
    },
    changed: [],
  },
  {
    what: 'flake.lock, by one of its inputs',
    lab: async (lab) => {
      await put(lab, 'flake.lock', lock('2222'));
      await commitAll(lab, 'feat: another way');
    },
    changed: ['environment'],
    words: /\/flake\.lock\/nixpkgs\/rev {2}1111 → 2222/,
  },
];

function otherModel(): Parameters<Ask>[2] {
  const other = { ...entry, name: 'other:latest', model: 'other:latest', digest: sha('d') };
  const weights = `FROM /x/sha256-${sha('e')}\n`;
  return {
    '/api/tags': { models: [other] },
    '/api/ps': { models: [other] },
    '/api/show': { modelfile: weights, parameters: 'stop "<other>"', details: {}, model_info: {} },
  };
}

const says = (text: string) => ({ '/api/chat': lines({ message: { content: text } }, done()) });

/** A lab with one run, before which a second one is made in each test. */
const labOfRun = labOnce(async (lab, ask) => {
  await put(lab, spec, llmSpec(asked));
  await put(lab, '2031/02/03/ai-team/specs/notes.md', 'Paris is a city.\n');
  await put(lab, 'flake.lock', lock('1111'));
  await commitAll(lab, 'a spec');
  await ask(spec, '2031-02-03T10:00:00.000Z', says('The answer is forty two, says the model.'));
});

/** A lab with two runs of one spec, between which one thing was changed. */
async function labWithPair({ lab: change, wrong, args }: Partial<Change>): Promise<string> {
  const lab = await labOfRun();
  await change?.(lab);
  const same = says('The answer is forty two, says the model.');
  await askIn(lab)(spec, '2031-02-03T11:00:00.000Z', { ...same, ...wrong }, args);
  return lab;
}

const pair = ['latest~1', 'latest'];

describe('the one factor that was changed is the one that is named', () => {
  test.each(changes)('$what', async ({ changed, words, ...change }) => {
    const { code, stdout } = await timelab(['diff', ...pair], { cwd: await labWithPair(change) });
    expect(code).toBe(0);
    expect(stdout).toContain(`\nchanged: ${changed.join(', ') || 'nothing'}\n`);
    expect(stdout).not.toContain('not known:');
    if (words !== undefined) expect(stdout).toMatch(words);
  });

  test('and of the commits between only those to the code are told: flake.lock is environment', async () => {
    const lab = await labWithPair({
      lab: async (at) => {
        await put(at, 'analysis.py', 'print(1)\n');
        await commitAll(at, 'feat: another way');
        await put(at, 'flake.lock', lock('2222'));
        await commitAll(at, 'chore: other inputs');
      },
    });
    const { data } = JSON.parse((await timelab(['diff', ...pair, '--json'], { cwd: lab })).stdout);
    expect(data.changed).toEqual(['code', 'environment']);
    const subjects = data.commits.only_b.map(({ subject }: { subject: string }) => subject);
    expect(subjects).toEqual(['feat: another way']);
  });

  test('and for a history too: commits that are new, another form', async (context) => {
    needHelpers(context);
    const lab = await labOfRun();
    const at = (hour: number) => ({ TIMELAB_NOW: `2031-02-04T${hour}:00:00.000Z` });
    await mined(lab, ['mine'], at(10));
    await put(lab, 'x.txt', 'x');
    await commitAll(lab, 'feat: x');
    await mined(lab, ['mine'], at(11));
    await mined(lab, ['mine', '--format', 'json'], at(12));
    const changed = async (a: string, b: string) =>
      JSON.parse((await timelab(['diff', a, b, '--json'], { cwd: lab })).stdout).data.changed;
    // The lab mines itself, so that its own code is another, too.
    expect(await changed('latest~2', 'latest~1')).toEqual(['inputs', 'code']);
    expect(await changed('latest~1', 'latest')).toEqual(['spec']);
  });
});

/** An answer with what could make a terminal, or a page of Markdown, do something. */
const after = says('The answer is \u001b[31mforty three\u009b, says `the` | model.');

describe('what came out', () => {
  test('is told by its place, and shown only when asked, with escapes made visible', async () => {
    const lab = await labWithPair({ wrong: after });
    const plain = await timelab(['diff', ...pair], { cwd: lab });
    expect(plain.stdout).toMatch(/output\/answer\.txt {2}40 B → \d+ B, from line 1, byte 14\n/);
    expect(plain.stdout).toMatch(/the same: \d files?\n/);
    expect(plain.stdout).not.toMatch(/forty/);
    const shown = await timelab(['diff', ...pair, '--show'], { cwd: lab });
    expect(shown.stdout).toContain(
      'The answer is [-forty-]{+\\u{1b}[31mforty+} [-two-]{+three\\u{9b}+}, says',
    );
    expect(shown.stdout).toMatch(/\/0\/text/);
    expect(shown.stdout).not.toMatch(/[\u001b\u009b]/);
    const json = JSON.parse((await timelab(['diff', ...pair, '--json'], { cwd: lab })).stdout);
    expect(JSON.stringify(json)).not.toContain('forty');
    expect(json.data.artifacts.differing).toContainEqual({
      path: 'output/answer.txt',
      bytes: { a: 40, b: expect.any(Number) },
      first: { line: 1, byte: 14 },
    });
  });

  test('is compared as text where it is no JSON that can be walked through', async () => {
    const nested = (depth: number) => says(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    const lab = await labOfRun();
    await put(lab, spec, llmSpec({ ...asked, config: { ...asked.config, format: 'json' } }));
    for (const depth of [9000, 9001])
      await askIn(lab)(spec, `2031-02-04T10:00:00.${depth - 8999}00Z`, nested(depth));
    const shown = await timelab(['diff', ...pair, '--show'], { cwd: lab });
    expect(shown).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/output\/answer\.json .*\n +….*\{\+\[\]?\+\}/),
    });
  });

  test('and all else, as Markdown that obeys nothing', async () => {
    const lab = await labWithPair({ wrong: after });
    const { stdout } = await timelab(['diff', ...pair, '--markdown', '--show'], { cwd: lab });
    expect(stdout).toMatch(/^# Runs [0-9a-f]{8} and [0-9a-f]{8}\n/);
    expect(stdout).toContain('\nChanged: nothing.\n');
    expect(stdout).toMatch(/\n## metrics\n\n\| place \| a \| b \|\n/);
    expect(stdout).toMatch(/```+text\n.*\{\+three/s);
    expect(stdout).not.toMatch(/[\u001b\u009b]/);
  });
});

describe('runs that say less', () => {
  test('of another machine are compared with what can be known', async () => {
    const lab = await labWithPair({});
    const [run] = await runsOf(lab);
    const manifest = {
      ...run?.manifest,
      env: { system: 'aarch64-darwin', apps: ['timelab@0.1.0'], tools: {} },
    };
    const { git: _, ...foreign } = { ...manifest, run_id: sha('9'), git_sha: '9'.repeat(40) };
    await put(lab, 'elsewhere/run.json', foreign);
    const { code, stdout } = await timelab(['diff', 'elsewhere', 'latest'], { cwd: lab });
    expect(code).toBe(0);
    expect(stdout).toMatch(/changed: environment\nnot known: code\n/);
    expect(stdout).toContain(`the commit of a, ${'9'.repeat(40)}, is not in this repository`);
    expect(stdout).toMatch(/\/env\/tools\/node {2}- → \S+ {2}\(not recorded on one side\)/);
  });

  test('and a spec that was spoilt is not believed', async () => {
    const lab = await labWithPair({ lab: (at) => put(at, spec, llmSpec({ ...asked, tags: ['x'] })) });
    const [run] = await runsOf(lab);
    const kept = join(run?.folder ?? '', 'input/spec.json');
    await writeFile(kept, (await readFile(kept, 'utf8')).replace('capital', 'heart'));
    const { stdout } = await timelab(['diff', ...pair], { cwd: lab });
    expect(stdout).toMatch(/\/task\/inputs_hash {2}[0-9a-f]{12} → [0-9a-f]{12}/);
    expect(stdout).not.toContain('heart');
  });

  test.each([
    ['latest', 'ffffffff'],
    ['latest~9', 'latest'],
  ])('%s and %s are not two runs', async (a, b) => {
    const lab = await labOfRun();
    expect(await timelab(['diff', a, b], { cwd: lab })).toMatchObject({ code: 65, stdout: '' });
  });
});
