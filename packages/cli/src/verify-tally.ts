import { type Json, Problem, type RecordFault, type RecordFaultKind } from '@timelab/core';
import { mayBeWell, type NamedRun, type RunVerdict } from '@timelab/store';
import type { Context, Outcome } from './command.ts';

/** How many runs with faults are told one by one to people; --json has them all. */
const MOST_TOLD = 100;

/** What came of one run, as `--json` tells it. */
interface Told {
  readonly run_id?: string;
  readonly path: string;
  readonly state: 'whole' | 'faulty' | 'running';
  readonly files: number;
  readonly bytes: number;
  readonly faults: readonly RecordFault[];
  readonly notes: readonly string[];
}

/** What a process has found that looked at a share of all runs, as its `--json` tells it. */
export interface ShareFindings {
  readonly runs: number;
  readonly whole: number;
  readonly faulty: number;
  readonly running: number;
  readonly files: number;
  readonly bytes: number;
  readonly verified: readonly Told[];
}

/** What `verify` has found so far; each run is told as soon as it is known. */
export interface Tally {
  add(run: NamedRun, verdict: RunVerdict): void;
  /** What other processes have found, each in a share of the runs. */
  addShares(shares: readonly ShareFindings[]): void;
  /** Faults of what is derived of all runs together. */
  addLab(faults: readonly RecordFault[]): void;
  /** A word that names no run, or several. */
  addUnknown(word: string, problem: Problem): void;
  outcome(): Outcome;
}

/** Opens the tally of one call; of `--all` only the runs that are not whole are told. */
export function openTally({ report }: Context, all: boolean): Tally {
  const counts = { runs: 0, whole: 0, faulty: 0, running: 0, files: 0, bytes: 0 };
  const told: Told[] = [];
  const labFaults: RecordFault[] = [];
  const unknown: { readonly word: string; readonly problem: Problem }[] = [];
  const kinds = new Set<RecordFaultKind>();
  let first: string | undefined;
  const tell = (path: string, faults: readonly RecordFault[]) => {
    for (const { kind } of faults) kinds.add(kind);
    first ??= faults[0] && `${path}: ${named(faults[0])}`;
    if (told.length > MOST_TOLD) return;
    report.say(`${path}: ${counted(faults.length, 'fault')}`);
    for (const one of faults) report.say(`  ${named(one)}: ${one.detail}`);
  };
  const take = (one: Told) => {
    told.push(one);
    if (one.faults.length > 0) tell(one.path, one.faults);
    else if (one.state === 'whole')
      report.say(`${one.path}: whole (${counted(one.files, 'file')}, ${one.bytes} bytes)`);
    for (const note of one.notes) report.say(`${one.path}: ${note}`);
  };
  return {
    add: (run, { faults, notes, files, bytes }) => {
      const state = stateOf(run, faults);
      counts.runs += 1;
      counts[state] += 1;
      counts.files += files;
      counts.bytes += bytes;
      if (all && state === 'whole' && notes.length === 0) return;
      take({ ...idOf(run), path: run.path, state, files, bytes, faults, notes });
    },
    addShares: (shares) => {
      for (const share of shares)
        for (const count of Object.keys(counts) as (keyof typeof counts)[]) counts[count] += share[count];
      for (const one of shares.flatMap(({ verified }) => verified).sort(byPlace)) take(one);
    },
    addLab: (faults) => {
      labFaults.push(...faults);
      if (faults.length > 0) tell('The lab', faults);
    },
    addUnknown: (word, problem) => {
      unknown.push({ word, problem });
      report.say(problem.message);
    },
    outcome: () => {
      report.say(summary(counts));
      const words = unknown.map(({ word, problem }) => ({
        word,
        kind: problem.kind,
        message: problem.message,
      }));
      const data = {
        ...counts,
        verified: told.map(toldAsJson),
        unknown: words,
        lab_faults: asJson(labFaults),
      };
      if (first === undefined) return { data, ...(unknown[0] && { problem: unknown[0].problem }) };
      const faulty =
        counts.faulty === 0 ? '' : `${counts.faulty} of ${counted(counts.runs, 'run')} not as recorded. `;
      return { data, problem: damaged(`${faulty}${first}.`, kinds) };
    },
  };
}

/** Nothing has to be restored where nothing is known to be damaged. */
function damaged(message: string, kinds: ReadonlySet<RecordFaultKind>): Problem {
  const closed = kinds.size === 1 && kinds.has('unreadable');
  return new Problem('run_damaged', message, closed ? { hint: mayBeWell } : {});
}

function stateOf({ reading }: NamedRun, faults: readonly RecordFault[]): 'whole' | 'faulty' | 'running' {
  if (faults.length > 0) return 'faulty';
  return 'manifest' in reading && reading.manifest.status === 'running' ? 'running' : 'whole';
}

function idOf({ reading }: NamedRun): { run_id?: string } {
  return 'manifest' in reading ? { run_id: reading.manifest.run_id } : {};
}

const named = ({ kind, place }: RecordFault) => `${kind} ${place}`;

const toldAsJson = (one: Told): Json => ({ ...one, faults: asJson(one.faults), notes: [...one.notes] });

/** The order in which runs are looked at: the newest day first, in it by place and name. */
function byPlace({ path: one }: Told, { path: other }: Told): number {
  const sameDay = one.slice(0, 'YYYY/MM/DD'.length) === other.slice(0, 'YYYY/MM/DD'.length);
  return one < other === sameDay ? -1 : 1;
}

const asJson = (faults: readonly RecordFault[]): Json[] => faults.map((fault) => ({ ...fault }));

function summary({ runs, whole, running, files, bytes }: Record<string, number>): string {
  const working = running === 0 ? '' : `, ${running} at work`;
  return `${whole} of ${counted(runs ?? 0, 'run')} whole${working}; ${counted(files ?? 0, 'file')}, ${bytes} bytes read.`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
