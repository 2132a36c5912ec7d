import { describe, expect, it, test } from 'vitest';
import {
  earnedDeterminism,
  formatProbe,
  type ProbeAnswer,
  type ProbeRun,
  planProbe,
  probedModel,
  probeKey,
  probePrompts,
  readProbe,
} from '../src/index.ts';

const hash = 'b1'.repeat(32);
const engine = { name: 'llama.cpp', release: 'v0.5.0', cpu: 'haswell' };
const model = probedModel({ name: 'llamacpp:m', hash, engine });
const claimed = { tier: 'T2', reasons: ['claimed'] } as const;

/** What one process answers, with what is changed in one of its answers: the last of those that begin so. */
function run(changed: Partial<ProbeAnswer> = {}, threads?: number): ProbeRun {
  const starts = threads === undefined ? (['cold', 'warm'] as const) : (['cold'] as const);
  const answers = starts.flatMap((start) =>
    ['table', 'story'].map((prompt) => {
      const usual = { prompt, start, text: 'añb', text_sha256: hash, tokens: ['t0', 't1', 't2'] };
      return prompt === 'story' && start === (changed.start ?? start)
        ? { ...usual, ...changed, start }
        : usual;
    }),
  );
  return { ...(threads === undefined ? {} : { threads }), answers };
}

const other = { text: 'añc', tokens: ['t0', 'x1', 'x2'] };
const shaken = { tokens: ['t0', 't1', 'x2'] };
const unseen = (one: ProbeRun): ProbeRun => ({
  ...one,
  answers: one.answers.map(({ tokens: _, ...answer }) => answer),
});

const record = (runs: readonly ProbeRun[], elsewhere?: ProbeRun) =>
  planProbe('llamacpp:m', model, new Date(0), runs, elsewhere);
const tier = (runs: readonly ProbeRun[], elsewhere?: ProbeRun, settings = {}) =>
  earnedDeterminism(claimed, { record: record(runs, elsewhere), sha256: hash }, settings).tier;

describe('the tier is what the runs have shown', () => {
  const two = run({}, 2);
  test.each<
    [what: string, tier: string, runs: ProbeRun[], elsewhere?: ProbeRun | undefined, settings?: object]
  >([
    ['all bits, and those of other machines', 'T0', [run(), run(), two], run()],
    ['all bits, and nothing known of other machines', 'T1', [run(), run(), two]],
    ['all bits, but other machines had other probabilities', 'T1', [run(), run(), two], run(shaken)],
    ['cold runs shaken', 'T2', [run(), run({ ...shaken, start: 'cold' }), two], run()],
    ['the first cold run of other words', 'T3', [run({ ...other, start: 'cold' }), run(), two]],
    ['cold runs of other words', 'T3', [run(), run({ ...other, start: 'cold' }), two], run()],
    ['warm runs shaken', 'T2', [run(), run({ ...shaken, start: 'warm' }), two], run()],
    [
      'warm runs shaken, but asked cold',
      'T0',
      [run(), run({ ...shaken, start: 'warm' }), two],
      run(),
      { cold: true },
    ],
    ['warm runs of other words', 'T3', [run(), run({ ...other, start: 'warm' }), two], run()],
    ['other threads shaken, which was not asked for', 'T1', [run(), run(), run(shaken, 2)]],
    [
      'other threads shaken, which was asked for',
      'T2',
      [run(), run(), run(shaken, 2)],
      undefined,
      { threads: 2 },
    ],
    ['texts alone', 'T2', [unseen(run()), unseen(run()), unseen(two)], run()],
    ['a run whose answers are missing', 'T3', [run(), { answers: [] }, two]],
    ['a single run', 'T3', [run(), two]],
  ])('%s: %s', (_what, expected, runs, elsewhere, settings) => {
    expect(tier(runs, elsewhere, settings)).toBe(expected);
  });

  it('is what the backend claims where nothing was probed, and says so', () => {
    const { tier: unearned, reasons, probe } = earnedDeterminism(claimed, undefined);
    expect({ unearned, probe }).toEqual({ unearned: 'T2', probe: undefined });
    expect(reasons.at(-1)).toContain('timelab probe');
  });

  it('is told with what was found, from the record alone', () => {
    const runs = [run(), run(), run({ ...other, start: 'cold' }), run(shaken, 2)];
    const { probe } = earnedDeterminism(claimed, { record: record(runs), sha256: hash });
    const found = { cold: 'none', warm: 'bits', threads: 'text' };
    expect(probe).toEqual({
      made: new Date(0).toISOString(),
      runs: 3,
      probabilities: true,
      ...found,
      record_sha256: hash,
    });
  });
});

describe('where runs part first', () => {
  const first = (...runs: ProbeRun[]) => record(runs).first_difference;
  it('is the token whose probabilities differ, and the byte where the texts do', () => {
    // ñ is two bytes.
    const found = { compared: 'cold', run: 2, prompt: 'story', token: 1, byte: 3 };
    expect(first(run(), run(), run({ ...other, start: 'cold' }))).toEqual(found);
  });
  it('is a token alone where the words are still the same', () => {
    expect(first(run(), run(), run(shaken, 2))).toEqual({
      compared: 'threads',
      run: 2,
      prompt: 'story',
      token: 2,
    });
  });
  it('is the end of the shorter one', () => {
    const shorter = { text: 'añ', tokens: ['t0', 't1'] };
    expect(first(run(), run({ ...shorter, start: 'warm' }))).toMatchObject({
      compared: 'warm',
      token: 2,
      byte: 3,
    });
  });
  it('is nowhere if they are equal', () => {
    expect(first(run(), run(), run({}, 2))).toBeUndefined();
  });
});

describe('a kept record', () => {
  const text = formatProbe(record([run(), run()]));
  it('is read as it was written', () => {
    expect(readProbe(text, model)).toEqual(record([run(), run()]));
  });
  it('shows nothing if it is damaged, of another model, or of other prompts', () => {
    expect(readProbe(text.slice(0, -20), model)).toBeUndefined();
    expect(readProbe(text.replace('"cold":"bits"', '"cold":"sure"'), model)).toBeUndefined();
    expect(readProbe(text, { ...model, hash: 'c2'.repeat(32) })).toBeUndefined();
    expect(readProbe(text.replace(/"prompts_sha256":"../, '"prompts_sha256":"zz'), model)).toBeUndefined();
    const others = text.replace(/"prompts_sha256":"[0-9a-f]{64}/, `"prompts_sha256":"${hash}`);
    expect(readProbe(others, model)).toBeUndefined();
  });
  it('is kept apart by digest, engine, release and CPU variant', () => {
    const models = [
      model,
      { ...model, hash: 'c2'.repeat(32) },
      ...Object.keys(engine).map((key) => ({ ...model, engine: { ...engine, [key]: 'x' } })),
    ];
    expect(new Set(models.map(probeKey)).size).toBe(5);
  });
  it('is of no model without a digest', () => {
    expect(() => probedModel({ name: 'openai:m', engine })).toThrow(
      expect.objectContaining({ kind: 'digest_missing' }),
    );
  });
});

test('the prompts are what they were: other ones make all probes anew, and all published answers', () => {
  expect(probePrompts.map(({ name }) => name)).toEqual(['table', 'story']);
  expect(record([run(), run()]).prompts_sha256).toBe(
    '593d444a044e76281b81392f4f78f9339d5afa3d6b9e96fd643ffb04977a04ff',
  );
});
