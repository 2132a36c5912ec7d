import { spawnSync } from 'node:child_process';
import { makeLab } from '../packages/store/test/make-lab.ts';
import { sampleFiles } from '../packages/store/test/sample-run.ts';
import { inLab } from './lab.ts';
import { median, type Timed, timeInTurn, timeOnce } from './measure.ts';
import { dropCaches } from './sync.ts';
import type { Figure } from './table.ts';

/** How long `timelab verify --all` takes beside `sha256sum` of the same files: of many small runs, and of a few large ones. */
export async function benchVerify(binary: string): Promise<Figure[]> {
  const large = { ...sampleFiles, 'output/answer.txt': 'Five megabytes of answer. '.repeat(200_000) };
  return [
    await beside(binary, '30,000 runs of five files', 30_000, sampleFiles),
    await beside(binary, '200 runs of 5 MB', 200, large),
  ];
}

async function beside(
  binary: string,
  what: string,
  runs: number,
  files: Readonly<Record<string, string>>,
): Promise<Figure> {
  return await inLab(binary, async (lab) => {
    const { damaged } = makeLab(lab, runs, files);
    // A damaged record is a fault, and a fault an exit code that ends a bench.
    if (damaged.length > 0) spawnSync('rm', ['-r', '--', ...damaged], { cwd: lab });
    spawnSync(process.execPath, [binary, 'sync', '--quiet'], { cwd: lab });
    const verify: Timed = { words: [process.execPath, binary, 'verify', '--all', '--quiet'], cwd: lab };
    const hashing = 'find 2* -type f -print0 | xargs -0 sha256sum > /dev/null';
    const cold = dropCaches();
    const first = timeOnce(verify) / 1000;
    const [mine = [], theirs = []] = timeInTurn([verify, { words: ['sh', '-c', hashing], cwd: lab }], 3);
    const ratio = median(mine) / median(theirs);
    return {
      what: `timelab verify --all over ${what}, warm`,
      measured: `${(median(mine) / 1000).toFixed(1)} s, ${ratio.toFixed(2)} x; first${cold ? ', cold' : ''}: ${first.toFixed(1)} s`,
      anchor: `sha256sum, ${(median(theirs) / 1000).toFixed(1)} s`,
      bar: '1 x',
      held: ratio <= 1,
    };
  });
}
