import { join } from 'node:path';
import { dayOf } from '@timelab/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundle.ts';
import { countCalls, type Injection, type Outcome, runInjected, whyNoInjection } from './fault-injection.ts';
import { inspectCrashed, inspectRecovered } from './lab-inspection.ts';
import { withLab } from './temporary-lab.ts';

const noInjection = whyNoInjection();

/** Which calls can fail in which way, and the kind of problem that a person has to read then. */
const failures = [
  {
    error: 'ENOSPC',
    kind: 'disk_full',
    syscalls: ['mkdir', 'symlink', 'link', 'rename', 'pwrite64', 'write'],
  },
  { error: 'EIO', kind: 'disk_error', syscalls: ['fsync', 'pwrite64', 'write', 'rename', 'unlink'] },
  { error: 'EROFS', kind: 'read_only', syscalls: ['mkdir', 'symlink', 'link', 'rename', 'unlink', 'openat'] },
  { error: 'EMFILE', kind: 'too_many_files', syscalls: ['openat'] },
] as const;

let program: string;
let counts: ReadonlyMap<string, number>;

beforeAll(async () => {
  program = await bundle('./publish.ts');
  if (noInjection === undefined) {
    counts = await withLab((lab) => countCalls(program, [lab.root, '1', 'safe'], ledgers(lab.root)));
  }
});

/** The ledgers that a publisher may write to: of this day, or of the next one, which may begin meanwhile. */
function ledgers(root: string): string[] {
  const now = Date.now();
  const days = [now, now + 86_400_000].map((at) => dayOf(new Date(at)));
  return [...days, '.'].map((day) => join(root, day, 'runs.csv'));
}

/** All that is wrong after one call of a publisher has failed once. */
async function faultsOf(injection: Injection, kind: string): Promise<string[]> {
  return withLab(async (lab) => {
    const files = injection.syscall === 'write' ? ledgers(lab.root) : [];
    const outcome = await runInjected({ ...injection, files }, program, [lab.root, '1', 'safe']);
    if (outcome.failed.length === 0) return [];
    const faults = outcome.failed.every(isLookAtRecord) ? [] : outcomeFaults(outcome, kind);
    faults.push(...(await inspectCrashed(lab, outcome.printed)));
    faults.push(...(await inspectRecovered(lab, outcome.printed)));
    return faults.map((fault) => `${injection.fault} at ${injection.syscall} ${injection.when}: ${fault}`);
  });
}

/** A record that cannot be read when a link is moved is one that has no claim to it: that alone may go unsaid. */
function isLookAtRecord(call: string): boolean {
  return /run\.json", O_RDONLY\|O_NONBLOCK\|O_NOFOLLOW/.test(call);
}

function outcomeFaults({ printed, complaint, code }: Outcome, kind: string): string[] {
  if (code !== 70) return [`exit code ${code}`, complaint];
  if (printed.length > 0) return ['acknowledged'];
  return complaint.startsWith(`${kind}: `) ? [] : [`said ${complaint}`];
}

describe.skipIf(noInjection !== undefined)(`a failure at every system call ${noInjection ?? ''}`, () => {
  test.each(failures)('$error is told as $kind and never acknowledged', async (failure) => {
    const points = failure.syscalls.flatMap((syscall) =>
      Array.from({ length: counts.get(syscall) ?? 0 }, (_, at) => ({ syscall, when: at + 1 })),
    );
    const faults: string[] = [];
    const fault = `error=${failure.error}` as const;
    const work = async () => {
      for (let point = points.pop(); point !== undefined; point = points.pop()) {
        faults.push(...(await faultsOf({ ...point, fault }, failure.kind)));
      }
    };
    expect(points.length).toBeGreaterThanOrEqual(10);
    await Promise.all([work(), work()]);
    expect(faults).toEqual([]);
  });
});
