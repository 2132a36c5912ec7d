import type { Determinism } from '../model.ts';
import type { Agreement, ProbeFindings, ProbeRecord } from './probe-record.ts';

/** How sure a repeat is, with the probe that showed it, if there was one. */
export interface EarnedDeterminism extends Determinism {
  readonly probe?: ProbeFindings;
}

/** What of a run's settings decides which findings of a probe are about it. */
export interface ProbedSettings {
  /** Whether it was asked for a cold start. */
  readonly cold?: boolean | undefined;
  /** The number of threads it asked for, if any. */
  readonly threads?: number | undefined;
}

const unprobed =
  'No probe of these weights on this engine was made on this machine: `timelab probe` shows what holds here.';

/**
 * The tier that a probe has shown, in place of the one that a backend claims of itself. A run that is asked for a cold start
 * is judged by the cold runs alone; any other may come to a model that has answered before; and one that asks for a number
 * of threads by what those change.
 */
export function earnedDeterminism(
  claimed: Determinism,
  kept: { readonly record: ProbeRecord; readonly sha256: string } | undefined,
  settings: ProbedSettings = {},
): EarnedDeterminism {
  if (kept === undefined) return { tier: claimed.tier, reasons: [...claimed.reasons, unprobed] };
  const { record, sha256 } = kept;
  const { made, probabilities, found, runs } = record;
  const [first] = runs;
  const repeats = runs.filter(({ threads }) => threads === first?.threads).length;
  const probe = { made, runs: repeats, probabilities, ...found, record_sha256: sha256 };
  return {
    tier: tierOf(probe, settings),
    reasons: [...claimed.reasons, ...reasonsOf(probe, settings)],
    probe,
  };
}

/** T0 the same bits as on other machines, T1 on this one, T2 the same words so far, T3 other words already. */
function tierOf(found: ProbeFindings, settings: ProbedSettings): Determinism['tier'] {
  const { cold, warm, threads, elsewhere } = found;
  const shown = [cold, settings.cold === true ? cold : warm, settings.threads === undefined ? cold : threads];
  if (shown.includes('none')) return 'T3';
  if (shown.includes('text')) return 'T2';
  return elsewhere === 'bits' ? 'T0' : 'T1';
}

const words: Readonly<Record<Agreement, string>> = {
  bits: 'gave the same bits, probabilities included',
  text: 'gave the same words',
  none: 'gave other words',
};

function reasonsOf(probe: ProbeFindings, { cold: coldOnly = false }: ProbedSettings): string[] {
  const { cold, warm, threads, elsewhere, probabilities, runs } = probe;
  return [
    `A probe on this machine made ${runs} cold runs, which ${words[cold]}.`,
    `A model that had answered before ${words[warm]}${coldOnly ? ', which does not touch this run: it began cold' : ''}.`,
    `Another number of threads ${words[threads]}.`,
    ...(elsewhere === undefined ? [] : [elsewhereWords[elsewhere]]),
    ...(probabilities
      ? []
      : ['The probabilities of tokens were not to be had, so only words were compared.']),
  ];
}

const elsewhereWords: Readonly<Record<Agreement, string>> = {
  bits: 'Every bit is that of the answers published with timelab for these weights, this engine and this CPU variant.',
  text: 'The words are those of the published answers of these weights; the probabilities are not.',
  none: 'The published answers of these weights, on this engine and CPU variant, are other words.',
};
