import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeHistory } from './make-history.ts';
import { median, peakMegabytes, type Timed, timeInTurn, timeOnce } from './measure.ts';
import { extractor, namedRepositories, nameOf } from './subjects.ts';
import type { Figure } from './table.ts';

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
  const subjects: Subject[] = [
    ...namedRepositories().map((path) => ({ name: nameOf(path), path, rounds: 3, whole: wholeBar(path) })),
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
  const merges = { words: [...gitLog(path).words, '--diff-merges=first-parent'] };
  const two = [...one, '--shards', '2'];
  const plain = [one, two].map((words) => ({ words: [...words, '--merges', 'none'] }));
  const samples = timeInTurn([gitLog(path), { words: one }, { words: two }, merges, ...plain], rounds);
  const middle = (at: number) => median(samples[at] ?? []);
  const [t, full] = [middle(0), middle(3)];
  const memory = peakMegabytes({ words: two });
  return [
    beside(`extractor, one stream: ${name}`, middle(1), t, 1.1),
    beside(`extractor, two shards: ${name}`, middle(2), t, 0.75),
    beside(`extractor, one stream, no diffs of merges, as T: ${name}`, middle(4), t, 1.1),
    beside(`extractor, two shards, no diffs of merges, as T: ${name}`, middle(5), t, 0.75),
    {
      what: `git itself, with the diffs of merges that the extractor has too: ${name}`,
      measured: `${(full / t).toFixed(2)} T (${(full / 1000).toFixed(2)} s)`,
      anchor: '',
      bar: 'none: what a part of T is left out of',
      held: true,
    },
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
  const samples = timeEach(rounds, () => {
    const [lab, newestLab] = [freshLab(binary, labs), freshLab(binary, labs)];
    const all = mine(binary, lab, path, everything);
    const first = timeOnce(all);
    return {
      t: timeOnce(gitLog(path)),
      first,
      files: timeCopy(lab),
      again: timeOnce(all),
      packed: timeOnce({ ...all, words: [...all.words, '--format', 'json'] }),
      newest: timeOnce(mine(binary, newestLab, path, '100')),
    };
  });
  const { t, first, files, again, packed, newest } = samples;
  return [
    beside(`timelab mine, folders and pages, fresh: ${name}`, first, t, whole),
    {
      what: `the same files, copied by cp and no more: ${name}`,
      measured: `${(files / t).toFixed(2)} T (${(files / 1000).toFixed(2)} s)`,
      anchor: '',
      bar: 'none: what the file system takes',
      held: true,
    },
    beside(`timelab mine, packed (--format json): ${name}`, packed, t, whole),
    {
      what: `timelab mine again, nothing new: ${name}`,
      measured: `${(again / 1000).toFixed(2)} s, ${(again / first).toFixed(2)} of the first`,
      anchor: `the first, ${(first / 1000).toFixed(2)} s`,
      bar: '0.1',
      held: again / first <= 0.1,
    },
    {
      what: `timelab mine, newest 100 commits, a new lab: ${name}`,
      measured: `${(newest / 1000).toFixed(2)} s`,
      anchor: '',
      bar: '0.6 s',
      held: newest <= 600,
    },
  ];
}

function mine(binary: string, lab: string, path: string, limit: string): Timed {
  return {
    words: [process.execPath, binary, 'mine', '--repo', path, '--limit', limit, '--quiet'],
    cwd: lab,
  };
}

/** The median of each named time over some rounds, in milliseconds. */
function timeEach<Name extends string>(
  rounds: number,
  measure: () => Readonly<Record<Name, number>>,
): Record<Name, number> {
  const measured = Array.from({ length: rounds }, measure);
  const names = Object.keys(measured[0] ?? {}) as Name[];
  const middle = (name: Name) => median(measured.map((round) => round[name]).sort((a, b) => a - b));
  return Object.fromEntries(names.map((name) => [name, middle(name)])) as Record<Name, number>;
}

/** How long a plain copy of a lab's only run takes, made durable as the run was, in milliseconds. */
function timeCopy(lab: string): number {
  const copy = join(lab, '.timelab', 'copy');
  const script = 'cp -R "$1"/[0-9]*/*/*/analyzer/outputs/[0-9]*_mine-*/output "$2" && sync -f "$2"';
  return timeOnce({ words: ['sh', '-c', script, 'sh', lab, copy] });
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
