import type { Agreement, ProbeAnswer, ProbeDifference, ProbeRecord, ProbeRun } from './probe-record.ts';

/** What runs of a probe have in common, and where the first that differ part. */
type Compared = Pick<ProbeRecord, 'found' | 'probabilities' | 'first_difference'>;

/**
 * Compares the runs of a probe. The first is what the others are held against: those with as many threads tell of repeats,
 * those with another number of threads of that; `elsewhere` is what the same weights answered on other machines.
 */
export function compareProbeRuns(runs: readonly ProbeRun[], elsewhere?: ProbeRun): Compared {
  const [first = { answers: [] }] = runs;
  const differences: ProbeDifference[] = [];
  const repeats = runs.flatMap((run, index) => (run.threads === first.threads ? [{ run, index }] : []));
  const others = runs.flatMap((run, index) => (run.threads === first.threads ? [] : [{ run, index }]));
  const held = (compared: ProbeDifference['compared'], against: Indexed[], starts: Start[]): Agreement =>
    least(against.flatMap(({ run, index }) => agreements(first, run, starts, { compared, run: index })));
  function agreements(one: ProbeRun, other: ProbeRun, starts: Start[], which: Which): Agreement[] {
    return one.answers
      .filter(({ start }) => start === 'cold')
      .flatMap((answer) =>
        starts.map((start) => {
          const same = other.answers.find((each) => each.prompt === answer.prompt && each.start === start);
          const { agreement, difference } = compareAnswers(answer, same);
          if (difference !== undefined) differences.push({ ...which, prompt: answer.prompt, ...difference });
          return agreement;
        }),
      );
  }
  const found = {
    cold: held('cold', repeats.slice(1), ['cold']),
    warm: held('warm', repeats, ['warm']),
    threads: held('threads', others, ['cold']),
    ...(elsewhere === undefined
      ? {}
      : { elsewhere: held('elsewhere', [{ run: elsewhere, index: 0 }], ['cold']) }),
  };
  const [part] = differences;
  const probabilities = runs.every(({ answers }) => answers.every(({ tokens }) => tokens !== undefined));
  return { found, probabilities, ...(part === undefined ? {} : { first_difference: part }) };
}

type Start = ProbeAnswer['start'];
type Indexed = { readonly run: ProbeRun; readonly index: number };
type Which = Pick<ProbeDifference, 'compared' | 'run'>;
type Parting = Pick<ProbeDifference, 'token' | 'byte'>;

/** Two answers to one prompt. Texts alone are not yet equal bits: nothing shows how near the next word was to another. */
function compareAnswers(
  one: ProbeAnswer,
  other: ProbeAnswer | undefined,
): { agreement: Agreement; difference?: Parting } {
  if (other === undefined) return { agreement: 'none', difference: {} };
  const byte = firstDifference(utf8.encode(one.text), utf8.encode(other.text));
  const token =
    one.tokens === undefined || other.tokens === undefined
      ? undefined
      : firstDifference(one.tokens, other.tokens);
  const seen = one.tokens !== undefined && other.tokens !== undefined;
  const difference = {
    ...(token === undefined ? {} : { token }),
    ...(byte === undefined ? {} : { byte }),
  };
  if (byte !== undefined) return { agreement: 'none', difference };
  if (token !== undefined) return { agreement: 'text', difference };
  return { agreement: seen ? 'bits' : 'text' };
}

/** Where two lists part: the place of the first difference, or the end of the shorter; nothing if they are equal. */
function firstDifference(one: ArrayLike<unknown>, other: ArrayLike<unknown>): number | undefined {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at += 1) if (one[at] !== other[at]) return at;
  return one.length === other.length ? undefined : shorter;
}

const utf8 = new TextEncoder();

const ranks: readonly Agreement[] = ['none', 'text', 'bits'];

/** The least that holds of all; of nothing compared, nothing is shown. */
function least(agreements: readonly Agreement[]): Agreement {
  return ranks.find((rank) => agreements.includes(rank)) ?? 'none';
}
