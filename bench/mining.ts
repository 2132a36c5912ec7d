import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { madeHistory } from './make-history.ts';
import { median, peakMegabytes, type Timed, timeInTurn, timeOnce } from './measure.ts';
import type { Figure } from './table.ts';

const extractor = `${process.cwd()}/tools/rust_extractor/target/release/rust_extractor`;
const everything = '10000000';

/** A history to be measured on, and what is asked of it. */
interface Subject {
  readonly name: string;
  readonly path: string;
  readonly rounds: number;
  /** The bar of a whole `mine`, in T. */
  readonly whole: number;
}

/**
 * Extraction and a whole `mine` beside T, git's own `log -p -M --raw --full-index` of the same range, in turn. The
 * repositories that TIMELAB_BENCH_REPOSITORIES names (paths with ":" between them) are measured besides those made.
 */
export async function benchMining(binary: string): Promise<Figure[]> {
  const named = (process.env['TIMELAB_BENCH_REPOSITORIES'] ?? '').split(':').filter((path) => path !== '');
  const subjects: Subject[] = [
    ...named.map((path) => ({ name: nameOf(path), path, rounds: 3, whole: wholeBar(path) })),
    { name: '8,000 made commits', path: await madeHistory(8000), rounds: 3, whole: 1.6 },
    { name: '80,000 made commits', path: await madeHistory(80_000), rounds: 1, whole: 1.2 },
  ];
  const labs = mkdtempSync(join(tmpdir(), 'timelab-bench-'));
  try {
    return subjects.flatMap((subject) => {
      const figures = [...extraction(subject), ...wholeRun(binary, labs, subject)];
      // It takes long enough for somebody to want to see how far it is.
      for (const { what, measured } of figures) process.stderr.write(`  ${what}: ${measured}\n`);
      return figures;
    });
  } finally {
    // Only here: on ext4 files are made many times more slowly where others have just been deleted.
    rmSync(labs, { recursive: true, force: true });
  }
}

/** What a repository is called in the table. */
export function nameOf(path: string): string {
  const own = basename(path).replace(/\.git$/, '');
  return own === 'repo' ? basename(dirname(path)).replace(/^.*\+/, '') : own;
}

// A long history has the bar of redis.
const wholeBar = (path: string) => (count(path) > 10_000 ? 1.2 : 1.6);

function count(path: string): number {
  return Number(spawnSync('git', ['-C', path, 'rev-list', '--count', 'HEAD'], { encoding: 'utf8' }).stdout);
}

const gitLog = (path: string): Timed => ({
  words: ['git', '-C', path, 'log', '-p', '-M', '--raw', '--full-index'],
});

function extraction({ name, path, rounds }: Subject): Figure[] {
  const one = [extractor, 'history', '--repo', path];
  const samples = timeInTurn([gitLog(path), { words: one }, { words: [...one, '--shards', '2'] }], rounds);
  const [t = Number.NaN, single = Number.NaN, double = Number.NaN] = samples.map(median);
  const memory = peakMegabytes({ words: [...one, '--shards', '2'] });
  return [
    beside(`extractor, one stream: ${name}`, single, t, 1.1),
    beside(`extractor, two shards: ${name}`, double, t, 0.75),
    {
      what: `extractor with its git processes, peak of the largest one: ${name}`,
      measured: `${memory.toFixed(0)} MB`,
      anchor: '',
      bar: 'none set (the extractor itself: 64 MB, tested)',
      held: true,
    },
  ];
}

function wholeRun(binary: string, labs: string, { name, path, rounds, whole }: Subject): Figure[] {
  const logs: number[] = [];
  const wholes: number[] = [];
  const again: number[] = [];
  const hundred: number[] = [];
  const packed: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const lab = freshLab(binary, labs);
    const mine = (limit: string): Timed => ({
      words: [process.execPath, binary, 'mine', '--repo', path, '--limit', limit, '--quiet'],
      cwd: lab,
    });
    logs.push(timeOnce(gitLog(path)));
    wholes.push(timeOnce(mine(everything)));
    again.push(timeOnce(mine(everything)));
    hundred.push(timeOnce(mine('100')));
    packed.push(timeOnce({ ...mine(everything), words: [...mine(everything).words, '--format', 'json'] }));
  }
  const [t = 0, first = 0, second = 0, newest = 0, flat = 0] = [logs, wholes, again, hundred, packed].map(
    (sample) => median(sample.sort((a, b) => a - b)),
  );
  return [
    beside(`timelab mine, folders and pages, fresh: ${name}`, first, t, whole),
    beside(`timelab mine, packed (--format json): ${name}`, flat, t, whole),
    {
      what: `timelab mine again, nothing new: ${name}`,
      measured: `${(second / 1000).toFixed(2)} s, ${(second / first).toFixed(2)} of the first`,
      anchor: `the first, ${(first / 1000).toFixed(2)} s`,
      bar: '0.1',
      held: second / first <= 0.1,
    },
    {
      what: `timelab mine, newest 100 commits: ${name}`,
      measured: `${(newest / 1000).toFixed(2)} s`,
      anchor: '',
      bar: '0.6 s',
      held: newest <= 600,
    },
  ];
}

function freshLab(binary: string, labs: string): string {
  const lab = mkdtempSync(join(labs, 'lab-'));
  timeOnce({ words: [process.execPath, binary, 'init', lab] });
  timeOnce({ words: ['git', '-C', lab, 'add', '-A'] });
  const by = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org'];
  timeOnce({ words: ['git', '-C', lab, ...by, 'commit', '-qm', 'a lab'] });
  return lab;
}

function beside(what: string, milliseconds: number, t: number, bar: number): Figure {
  const ratio = milliseconds / t;
  return {
    what,
    measured: `${(milliseconds / 1000).toFixed(2)} s, ${ratio.toFixed(2)} T`,
    anchor: `T, ${(t / 1000).toFixed(2)} s`,
    bar: `${bar} T`,
    held: ratio <= bar,
  };
}
