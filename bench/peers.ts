import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeOnce } from './measure.ts';
import { extractor, namedRepositories, nameOf } from './subjects.ts';
import type { Figure } from './table.ts';

const python = `${process.cwd()}/.cache/bench/pydriller/bin/python`;

/** How many times faster than PyDriller: with files and parsed diffs, and with functions touched. */
const bars: Readonly<Record<string, readonly [diffs: number, functions: number]>> = {
  ripgrep: [18, 50],
  express: [24, 35],
  redis: [7, 60],
};

/**
 * The extractor beside PyDriller on the same commits of the repositories that TIMELAB_BENCH_REPOSITORIES names. Both
 * run as they are: the extractor always tells functions, so its one time is held against both of PyDriller's.
 */
export function benchPeers(): Figure[] {
  const paths = namedRepositories();
  if (paths.length > 0) installPyDriller();
  return paths.flatMap(measure);
}

function measure(path: string): Figure[] {
  const name = nameOf(path);
  const [diffs, functions] = bars[name] ?? [1, 1];
  const scratch = mkdtempSync(join(tmpdir(), 'timelab-bench-'));
  try {
    // A clone, for PyDriller writes to the configuration of what it reads.
    const clone = join(scratch, 'clone');
    timeOnce({ words: ['git', 'clone', '--quiet', '--no-checkout', path, clone] });
    return [
      besidePyDriller(`${name}, files and diffs`, clone, scratch, 1000, 'diffs', diffs),
      besidePyDriller(`${name}, functions touched`, clone, scratch, 200, 'functions', functions),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function besidePyDriller(
  what: string,
  clone: string,
  scratch: string,
  newest: number,
  fields: string,
  bar: number,
): Figure {
  const list = spawnSync('git', ['-C', clone, 'rev-list', '--no-merges', `--max-count=${newest}`, 'HEAD']);
  const ids = join(scratch, 'ids');
  writeFileSync(ids, list.stdout);
  const ours = { words: [extractor, 'history', '--repo', clone, '--ids', ids] };
  timeOnce(ours);
  const own = timeOnce(ours);
  const theirs = timeOnce({ words: [python, 'bench/pydriller_fields.py', clone, ids, fields] });
  const rate = (milliseconds: number) => `${Math.round((newest / milliseconds) * 1000)} commits/s`;
  return {
    what: `extractor, one stream, newest ${newest} of ${what}`,
    measured: `${rate(own)}, ${(theirs / own).toFixed(0)} x`,
    anchor: `PyDriller, ${rate(theirs)}`,
    bar: `${bar} x`,
    held: theirs / own >= bar,
  };
}

function installPyDriller(): void {
  if (existsSync(python)) return;
  timeOnce({ words: ['python3', '-m', 'venv', '.cache/bench/pydriller'] });
  timeOnce({ words: [python, '-m', 'pip', 'install', '--quiet', 'pydriller==2.10'] });
}
