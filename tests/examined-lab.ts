import { expect } from 'vitest';
import type { Ask } from './lab-once.ts';
import { faultsBySchema } from './published-schema.ts';
import { llmSpec, put, timelab } from './rig.ts';

/** Fills a lab with two runs of two days, all that is derived of them in step. */
export async function twoDays(lab: string, ask: Ask): Promise<void> {
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m' } }));
  await ask('spec.json', '2025-10-15T10:23:00.000Z');
  await ask('spec.json', '2025-10-16T10:23:00.000Z');
  await timelab(['sync'], { cwd: lab });
}

/** A finding as `--json` tells it. */
export interface Told {
  readonly kind: string;
  readonly severity: string;
  readonly place: string;
  readonly reason: string;
  readonly way_out?: string;
}

/** What `timelab doctor` says of a lab; `bad` is what is wrong with it, the machine left out. */
export async function examined(
  lab: string,
  flags: readonly string[] = [],
  env: Record<string, string> = bare,
) {
  const ran = await timelab(['doctor', '--json', ...flags], { cwd: lab, env });
  const result = JSON.parse(ran.stdout);
  expect(faultsBySchema('result', result)).toEqual([]);
  const findings: Told[] = result.data.findings;
  const bad = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const ofLab = bad.filter(({ kind }) => labKinds.has(kind)).map(nameOf);
  return {
    code: ran.code,
    findings,
    bad: ofLab,
    mended: result.data.mended.map(nameOf),
    error: result.error,
  };
}

/** A machine of which nothing has to be started, for the tests of labs. */
const bare = {
  TIMELAB_RUST_EXTRACTOR: '/nonexistent',
  TIMELAB_PY_POST: '/nonexistent',
  TIMELAB_ISOLATION: 'none',
};

/** The checks that are of the lab. */
export const labKinds = new Set(
  ['lab', 'repository', 'writing', 'disk', 'records', 'recordings', 'interrupted', 'index', 'links'].concat([
    'leftovers',
    'modes',
    'secrets',
    'mending',
  ]),
);
const nameOf = ({ kind, place }: { kind: string; place: string }) => `${kind} ${place}`;
