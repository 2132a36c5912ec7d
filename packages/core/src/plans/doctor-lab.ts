import { type Finding, type FindingKind, finding, type Severity } from '../problem/findings.ts';
import type { RecordFault } from '../record/record-faults.ts';
import { formatBytes } from './show.ts';

/** A lab as it was found on disk, without a change to it. Paths are relative to the lab. */
export interface LabSight {
  /** Absolute. */
  readonly root: string;
  readonly days: number;
  /** How many runs there are, with those that cannot be read. */
  readonly runs: number;
  /** How many of them are at work. */
  readonly running: number;
  /** The start of the newest, where there is one. */
  readonly newest?: string;
  /** The records that a later timelab has written. */
  readonly newer: readonly string[];
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
  /** Where ledgers and links are not as the records have it. */
  readonly derived: readonly RecordFault[];
  /** The runs that say they are at work, and whose processes have ended. */
  readonly dead: readonly string[];
  readonly leftovers: readonly string[];
  /** Run folders of this user with another mode than 0700. */
  readonly modes: readonly { readonly path: string; readonly mode: number }[];
  /** What is wrong with `secrets`, in words. */
  readonly secrets?: string;
  /** Kept answers that cannot be read. */
  readonly recordings: readonly { readonly path: string; readonly reason: string }[];
  /** Why something cannot be written or looked at, in words, by path. */
  readonly closed: readonly { readonly path: string; readonly reason: string }[];
  /** What the file system has left, where it can say so. */
  readonly room?: { readonly bytes: number; readonly files?: number };
  /** Why git does not read the lab, in words; nothing where it does. */
  readonly repository?: string;
}

/** Below this many bytes a model cannot be fetched, and soon nothing be written. */
const LITTLE_ROOM = 256 * 1024 * 1024;

/** Below this many bytes, or files, a run has to be expected to fail. */
const NO_ROOM = 8 * 1024 * 1024;
const NO_FILES = 1000;

/** All that is to be said of a lab, in the order of the checks. */
export function judgeLab(sight: LabSight): Finding[] {
  return [
    labFinding(sight),
    repositoryFinding(sight),
    ...orWell(sight.closed.map(closedFinding), 'writing', 'this user may write'),
    ...roomFindings(sight),
    ...recordFindings(sight),
    ...orWell(
      sight.recordings.map(({ path, reason }) => finding('recordings', 'error', path, reason)),
      'recordings',
      'all can be read',
      'ai-recordings',
    ),
    ...orWell(
      sight.dead.map((path) => finding('interrupted', 'warning', path, 'is running, and its process ended')),
      'interrupted',
      'no run is left unfinished',
    ),
    ...derivedFindings(sight),
    ...orWell(
      sight.leftovers.map((path) => finding('leftovers', 'warning', path, 'was left unfinished')),
      'leftovers',
      'nothing was left',
    ),
    ...modeFindings(sight),
    secretsFinding(sight),
  ];
}

/** What was found wrong by a check, or that nothing was. */
function orWell(found: readonly Finding[], kind: FindingKind, well: string, place = '.'): readonly Finding[] {
  return found.length === 0 ? [finding(kind, 'ok', place, well)] : found;
}

function labFinding({ root, runs, days, running }: LabSight): Finding {
  const working = running === 0 ? '' : `, ${running} at work`;
  return finding('lab', 'ok', root, `holds ${counted(runs, 'run')} in ${counted(days, 'day')}${working}`);
}

function repositoryFinding({ repository }: LabSight): Finding {
  if (repository === undefined) return finding('repository', 'ok', '.', 'git reads it');
  return finding('repository', 'warning', '.', `${repository}, so records name no commit`);
}

const closedFinding = ({ path, reason }: LabSight['closed'][number]): Finding =>
  finding('writing', 'error', path, `cannot be written: ${reason}`);

function roomFindings({ room }: LabSight): Finding[] {
  if (room === undefined) return [];
  const { bytes, files = Number.POSITIVE_INFINITY } = room;
  const left = `${formatBytes(bytes)} are left`;
  if (files < NO_FILES) return [finding('disk', 'error', '.', `only ${counted(files, 'file')} can be made`)];
  if (bytes < NO_ROOM) return [finding('disk', 'error', '.', `only ${left}`)];
  return [finding('disk', bytes < LITTLE_ROOM ? 'warning' : 'ok', '.', left)];
}

function recordFindings({ damaged, newer }: LabSight): readonly Finding[] {
  const bad = damaged.map(({ path, reason }) => finding('records', 'error', path, reason));
  const later = newer.map((path) =>
    finding('records', 'note', path, 'was written by a later timelab', 'Read it with that timelab, too.'),
  );
  return orWell([...bad, ...later], 'records', 'all can be read');
}

/** One finding for each ledger and each link: a ledger that is gone is as many faults as the lab has runs. */
function derivedFindings({ derived }: LabSight): Finding[] {
  const isLink = ({ kind }: RecordFault) => kind === 'link_missing' || kind === 'link_mismatch';
  const told = (kind: 'index' | 'links', faults: readonly RecordFault[]) =>
    [...byPlace(faults)].map(([place, [first, ...others]]) =>
      finding(
        kind,
        'error',
        place,
        first.detail + (others.length === 0 ? '' : ` (and ${others.length} more)`),
      ),
    );
  const ledgers = told(
    'index',
    derived.filter((fault) => !isLink(fault)),
  );
  const links = told('links', derived.filter(isLink));
  return [
    ...orWell(ledgers, 'index', 'is as the records have it', 'runs.csv'),
    ...orWell(links, 'links', 'lead where the records say', 'latest'),
  ];
}

function byPlace(faults: readonly RecordFault[]): Map<string, [RecordFault, ...RecordFault[]]> {
  const places = new Map<string, [RecordFault, ...RecordFault[]]>();
  for (const fault of faults) {
    const there = places.get(fault.place);
    if (there === undefined) places.set(fault.place, [fault]);
    else there.push(fault);
  }
  return places;
}

/** A clone has every folder open, since git keeps no modes of folders: those are told together. */
function modeFindings({ modes }: LabSight): readonly Finding[] {
  const isClosed = ({ mode }: { mode: number }) => (mode & 0o700) !== 0o700;
  const closed = modes.filter(isClosed);
  const [open, ...others] = modes.filter((one) => !isClosed(one));
  const found = closed.map(({ path, mode }) =>
    finding('modes', 'error', path, `has the mode ${octal(mode)}, so its owner cannot work in it`),
  );
  if (open !== undefined)
    found.push(modeFinding('warning', open, others.length === 0 ? '' : `, and ${others.length} more can`));
  return orWell(found, 'modes', "run folders are their owner's alone");
}

function modeFinding(
  severity: Severity,
  { path, mode }: { path: string; mode: number },
  more: string,
): Finding {
  return finding('modes', severity, path, `has the mode ${octal(mode)}: others can read the run${more}`);
}

function secretsFinding({ secrets }: LabSight): Finding {
  if (secrets === undefined) return finding('secrets', 'ok', 'secrets', "is its owner's alone, or not there");
  return finding('secrets', 'error', 'secrets', secrets);
}

const octal = (mode: number) => `0${(mode & 0o777).toString(8).padStart(3, '0')}`;

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
