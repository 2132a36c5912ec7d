import { join } from 'node:path';
import { dayOf } from '@timelab/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundle.ts';
import { countCalls, type Injection, runInjected, whyNoInjection } from './fault-injection.ts';
import { countInterrupted, inspectCrashed, inspectRecovered } from './lab-inspection.ts';
import { withLab } from './temporary-lab.ts';

const noInjection = whyNoInjection();
let program: string;

beforeAll(async () => {
  program = await bundle('./publish.ts');
});

/** What was found when a publisher of two runs was killed at each of its system calls in turn. */
interface Finding {
  readonly point: string;
  readonly killed: boolean;
  readonly interrupted: number;
  /** What was wrong before any command had looked at the lab. */
  readonly crashed: readonly string[];
  /** What was wrong after the next command and a sync. */
  readonly recovered: readonly string[];
}

/** Kills at every point, or until there is enough found. */
async function killEverywhere(
  how: 'safe' | 'naive',
  isEnough: (findings: readonly Finding[]) => boolean = () => false,
): Promise<Finding[]> {
  const counts = await withLab((lab) => countCalls(program, [lab.root, '2', how], ledgers(lab.root)));
  const points = [...counts].flatMap(([syscall, count]) =>
    Array.from({ length: count }, (_, at): Injection => ({ syscall, fault: 'signal=KILL', when: at + 1 })),
  );
  const findings: Finding[] = [];
  const work = async () => {
    for (let point = points.pop(); point !== undefined && !isEnough(findings); point = points.pop()) {
      findings.push(await killAt(point, how));
    }
  };
  await Promise.all([work(), work()]);
  return findings;
}

async function killAt(point: Injection, how: string): Promise<Finding> {
  return withLab(async (lab) => {
    const files = point.syscall === 'write' ? ledgers(lab.root) : [];
    const outcome = await runInjected({ ...point, files }, program, [lab.root, '2', how]);
    const crashed = await inspectCrashed(lab, outcome.printed);
    const recovered = await inspectRecovered(lab, outcome.printed).catch((error) => [String(error)]);
    const killed = outcome.signal === 'SIGKILL';
    return {
      point: `${point.syscall} ${point.when}`,
      killed,
      interrupted: countInterrupted(lab),
      crashed,
      recovered,
    };
  });
}

/** The ledgers that a publisher may write to: of this day, or of the next one, which may begin meanwhile. */
function ledgers(root: string): string[] {
  const now = Date.now();
  const days = [now, now + 86_400_000].map((at) => dayOf(new Date(at)));
  return [...days, '.'].map((day) => join(root, day, 'runs.csv'));
}

describe.skipIf(noInjection !== undefined)(`killed at every system call ${noInjection ?? ''}`, () => {
  test('a store loses no acknowledged run and tears no file', async () => {
    const findings = await killEverywhere('safe');
    const points = findings.filter(({ killed }) => killed);
    expect(findings.filter(({ crashed, recovered }) => crashed.length + recovered.length > 0)).toEqual([]);
    expect(points.length).toBeGreaterThanOrEqual(90);
    expect(points.filter(({ interrupted }) => interrupted === 1).length).toBeGreaterThanOrEqual(50);
    expect(Math.max(...points.map(({ interrupted }) => interrupted))).toBe(1);
  });

  test('a naive store is found out', async () => {
    const wrong = (findings: readonly Finding[]) => findings.filter(({ crashed }) => crashed.length > 0);
    const findings = await killEverywhere('naive', (found) => wrong(found).length >= 5);
    expect(wrong(findings).length).toBeGreaterThanOrEqual(5);
  });
});
