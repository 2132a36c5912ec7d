import { spawnSync } from 'node:child_process';
import { makeLab } from '../packages/store/test/make-lab.ts';
import { sampleFiles } from '../packages/store/test/sample-run.ts';
import { inLab } from './lab.ts';
import { median, type Timed, timeInTurn, timeOnce } from './measure.ts';
import { dropCaches } from './sync.ts';
import type { Figure } from './table.ts';

const runs = 30_000;

/** How long `timelab verify --all` takes over 30,000 runs of five files each, beside `sha256sum` of the same files. */
export async function benchVerify(binary: string): Promise<Figure[]> {
  return await inLab(binary, async (lab) => {
    // Damaged records are faults, and faults an exit code that is none of a bench: they are mended by being left out.
    const made = makeLab(lab, runs, sampleFiles);
    spawnSync('rm', ['-r', '--', ...made.damaged], { cwd: lab });
    spawnSync(process.execPath, [binary, 'sync', '--quiet'], { cwd: lab });
    const verify: Timed = { words: [process.execPath, binary, 'verify', '--all', '--quiet'], cwd: lab };
    const sums: Timed = {
      words: ['sh', '-c', 'find 2* -type f -print0 | xargs -0 sha256sum > /dev/null'],
      cwd: lab,
    };
    const cold = dropCaches();
    const first = timeOnce(verify);
    const [mine = [], theirs = []] = timeInTurn([verify, sums], 3);
    const ratio = median(mine) / median(theirs);
    return [
      {
        what: `timelab verify --all over ${made.good} runs, ${made.good * 5} files, warm`,
        measured: `${(median(mine) / 1000).toFixed(1)} s, ${ratio.toFixed(2)} x`,
        anchor: `sha256sum of all of them, ${(median(theirs) / 1000).toFixed(1)} s; first time${cold ? ', cold' : ''}: ${(first / 1000).toFixed(1)} s`,
        bar: '1.5 x',
        held: ratio <= 1.5,
      },
    ];
  });
}
