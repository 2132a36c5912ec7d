import * as z from 'zod';
import { hashJson } from '../hash.ts';
import { canonicalJson, type Json } from '../json/canonical-json.ts';
import type { ModelDescription } from '../model.ts';
import { once } from '../once.ts';
import { compareProbeRuns } from '../probe/compare-probe-runs.ts';
import { probePromptsHash } from '../probe/probe-prompts.ts';
import {
  modelOfProbe,
  type ProbedModel,
  type ProbeRecord,
  type ProbeRun,
  probeRecord,
  probeRun,
} from '../probe/probe-record.ts';
import { Problem } from '../problem/problem.ts';

/** Whom a probe of a described model is about. Throws `digest_missing` where no digest says which weights answer. */
export function probedModel({ name, hash, engine }: ModelDescription): ProbedModel {
  if (hash === undefined) {
    throw new Problem(
      'digest_missing',
      `${name} has no digest, so that nothing found of it would hold of a later run.`,
      {
        hint: 'Probe ollama:NAME or llamacpp:NAME, whose weights are known.',
      },
    );
  }
  const { name: engineName, release, cpu } = engine;
  const known = {
    name: engineName,
    ...(release === undefined ? {} : { release }),
    ...(cpu === undefined ? {} : { cpu }),
  };
  return { hash, engine: known };
}

const probedRun = once(() => z.object({ name: z.string(), model: modelOfProbe(), run: probeRun() }));
/** One run of a probe, and who answered it. */
export type ProbedRun = z.output<ReturnType<typeof probedRun>>;

/** Reads what `timelab probe --once --json` says of its run. */
export function readProbedRun(data: unknown): ProbedRun {
  return probedRun().parse(data);
}

/** The name that the record of a probe is kept under: equal for the same weights on the same engine and variant alone. */
export function probeKey(model: ProbedModel): string {
  return hashJson(model as unknown as Json);
}

/** The record of a probe, from all its runs. */
export function planProbe(
  name: string,
  model: ProbedModel,
  made: Date,
  runs: readonly ProbeRun[],
  elsewhere?: ProbeRun,
): ProbeRecord {
  return {
    schema_version: '1.0',
    prompts_sha256: probePromptsHash,
    made: made.toISOString(),
    name,
    model,
    ...compareProbeRuns(runs, elsewhere),
    runs: [...runs],
  };
}

/** A record as its file holds it. */
export function formatProbe(record: ProbeRecord): string {
  return `${canonicalJson(JSON.parse(JSON.stringify(record)) as Json)}\n`;
}

/** Reads a kept record; one that is damaged, or of other prompts than are asked today, shows nothing and is none. */
export function readProbe(text: string, model: ProbedModel): ProbeRecord | undefined {
  try {
    const record = probeRecord().parse(JSON.parse(text));
    const same = probeKey(record.model) === probeKey(model) && record.prompts_sha256 === probePromptsHash;
    return same ? record : undefined;
  } catch {
    return undefined;
  }
}
