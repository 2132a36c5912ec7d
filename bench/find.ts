import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatManifest, sha256 } from '../packages/core/src/index.ts';
import { runPath } from '../packages/store/src/run-path.ts';
import { makeLab } from '../packages/store/test/make-lab.ts';
import { sampleDraft } from '../packages/store/test/sample-run.ts';
import { inLab } from './lab.ts';
import { median, timeInTurn } from './measure.ts';
import type { Figure } from './table.ts';

const runs = 30_000;
const artifacts = 1000;

/** How long `timelab ls` takes to find runs among 30,000, and `timelab diff` for two runs of 1,000 files that all differ. */
export async function benchFind(binary: string): Promise<Figure[]> {
  return [
    ...(await inLab(binary, (lab) => filter(binary, lab))),
    ...(await inLab(binary, (lab) => diff(binary, lab))),
  ];
}

async function filter(binary: string, lab: string): Promise<Figure[]> {
  makeLab(lab, runs);
  const list = [process.execPath, binary, 'ls', '--quiet'];
  // The first list finds no index, and makes it of all records.
  const start = performance.now();
  run(lab, list);
  const anew = (performance.now() - start) / 1000;
  const filters = ['--since', '2026-06-01', '--status', 'ok', '--model', 'sample', '--name', 'sample-3'];
  const [empty = [], found = []] = timeInTurn(
    [
      { words: [process.execPath, '-e', '0'], cwd: lab },
      { words: [...list, ...filters], cwd: lab },
    ],
    15,
  );
  const seconds = median(found) / 1000;
  return [
    {
      what: `timelab ls with four filters over ${runs} runs`,
      measured: `${seconds.toFixed(2)} s`,
      anchor: `node -e 0, ${median(empty).toFixed(0)} ms; the index made anew: ${anew.toFixed(1)} s`,
      bar: '0.3 s',
      held: seconds <= 0.3,
    },
  ];
}

async function diff(binary: string, lab: string): Promise<Figure[]> {
  const [a, b] = [0, 1].map((at) => writeRun(lab, at));
  const words = [process.execPath, binary, 'diff', a ?? '', b ?? '', '--show', '--quiet'];
  const [empty = [], compared = []] = timeInTurn(
    [
      { words: [process.execPath, '-e', '0'], cwd: lab },
      { words, cwd: lab },
    ],
    5,
  );
  const seconds = median(compared) / 1000;
  return [
    {
      what: `timelab diff --show of two runs with ${artifacts} files each, all of them different`,
      measured: `${seconds.toFixed(2)} s`,
      anchor: `node -e 0, ${median(empty).toFixed(0)} ms`,
      bar: '2 s',
      held: seconds <= 2,
    },
  ];
}

/** Writes a finished run with many files of some lines; gives its path, relative to the lab. */
function writeRun(lab: string, at: number): string {
  const { section, manifest } = sampleDraft(new Date(Date.UTC(2025, 9, 15, 10, 23, at)));
  const path = runPath(section, manifest);
  const digests: Record<string, string> = {};
  for (let number = 0; number < artifacts; number += 1) {
    const name = `output/part-${number}.txt`;
    const text = Array.from(
      { length: 200 },
      (_, line) => `line ${line} of ${number}${line % 20 === 0 ? ` in ${at}` : ''}\n`,
    );
    digests[name] = sha256(text.join(''));
    write(join(lab, path, name), text.join(''));
  }
  const ended = { ...manifest, status: 'ok', timestamp_end: manifest.timestamp_start } as const;
  write(join(lab, path, 'run.json'), formatManifest({ ...ended, artifacts: Object.keys(digests), digests }));
  return path;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function run(cwd: string, [program = '', ...args]: readonly string[]): void {
  const ran = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (ran.status !== 0) throw new Error(ran.stderr);
}
