import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { makeLab } from '../packages/store/test/make-lab.ts';
import { inLab } from './lab.ts';
import type { Figure } from './table.ts';

const runs = 30_000;

/** How long `timelab sync` takes over 30,000 runs, the system's caches dropped before where that is allowed. */
export async function benchSync(binary: string): Promise<Figure[]> {
  return await inLab(binary, async (lab) => {
    const made = makeLab(lab, runs);
    const cold = dropCaches();
    const first = sync(binary, lab);
    const again = sync(binary, lab);
    const rows = readFileSync(`${lab}/runs.csv`, 'utf8').split('\n').length - 2;
    if (rows !== made.good) throw new Error(`${rows} rows for ${made.good} good runs`);
    return [
      {
        what: `timelab sync over ${runs} runs, ${cold ? 'cold' : 'warm (caches could not be dropped)'}`,
        measured: `${first.toFixed(1)} s`,
        anchor: `again, warm: ${again.toFixed(1)} s`,
        bar: '10 s',
        held: first <= 10,
      },
    ];
  });
}

function sync(binary: string, lab: string): number {
  const start = performance.now();
  const ran = spawnSync(process.execPath, [binary, 'sync', '--quiet'], { cwd: lab, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return (performance.now() - start) / 1000;
}

/** Drops what the system has of files in memory; says whether it may. */
export function dropCaches(): boolean {
  spawnSync('sync');
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}
